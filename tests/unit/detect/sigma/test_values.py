"""Values as matchers see them."""

from datetime import datetime
from typing import Any

import pytest
from tests.conformance.sigma.rules import event

from keng.detect.sigma.values import (
    address_of,
    date_of,
    number_of,
    raw_line,
    scalars,
    simple_fold,
    text_of,
    texts_of,
    undash,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (5, "5"), (5.0, "5"), (2.5, "2.5"), (None, None), ("x", "x"), (1e300, "1e+300")],
)
def test_text(value: Any, text: str | None) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("5", 5),
        ("-1.50", -1.5),
        ("1e3", 1000),
        (".5", 0.5),
        ("0x10", None),
        ("5 ", None),
        ("", None),
        (True, None),
        ("9" * 99, None),
    ],
)
def test_number(value: Any, number: float | None) -> None:
    assert number_of(value) == number


def test_nested_values_are_walked_in_order_at_any_depth() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    assert list(scalars(deep)) == ["x"]
    assert list(texts_of([["a", {"k": [1, None]}], True])) == ["a", "1", "true"]


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("<34>1 x", True),
        ("[error] x", True),
        ('{"a":1}', False),
        (' [{"a":1}]', False),
        ("<Event xmlns", False),
        ("", False),
    ],
)
def test_json_and_xml_are_no_lines(raw: str, line: bool) -> None:
    assert bool(raw_line(event({}, raw))) is line


def test_simple_folding_keeps_the_length() -> None:
    assert simple_fold("STRAßE İ Ả") == "straße İ ả"
    assert undash("–/―a") == "---a"


def test_addresses_and_dates() -> None:
    assert address_of("fe80::1%eth0") == (6, 0xFE80 << 112 | 1)
    assert address_of("1.2.3.4.5") is None
    assert date_of("2025-03-01 08:30:00.1234567") == datetime.fromisoformat("2025-03-01T08:30:00.123456")
    assert date_of("2025-03-01 08:30:00 ICT") == datetime.fromisoformat("2025-03-01T08:30")
    assert date_of(1_740_787_200_000) == date_of("1740787200")
    assert date_of("soon") is None
    assert [date_of(value) for value in (float("inf"), float("nan"), 10**400, True)] == [None] * 4
