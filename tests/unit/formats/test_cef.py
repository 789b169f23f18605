"""Common Event Format."""

import pytest

from keng.formats.cef import fields_of


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_header_and_extension() -> None:
    subset(
        "CEF:0|a\\|b|p|1|2|n|3|src=10.0.0.9 msg=two words act=a\\=b cs1Label=L cs1=x",
        vendor="a|b",
        product="p",
        severity="3",
        src="10.0.0.9",
        msg="two words",
        act="a=b",
        cs1="x",
    )


def test_an_extension_may_be_absent() -> None:
    subset("CEF:1|a|b|c|d|e|f", cef_version="1", name="e")
    assert fields_of("CEF:0|a|b") is None


def test_an_extension_cannot_cover_the_header() -> None:
    subset("CEF:0|a|b|c|d|e|f|name=x", **{"name": "e", "ext.name": "x"})


@pytest.mark.parametrize(
    "text", ["", "hello", "a=" * 5000, "%" * 5000, "(" * 5000, "1," * 5000, "[" * 5000, '"' * 5000]
)
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None
