"""Times as devices write them."""

from datetime import UTC, datetime

import pytest

from keng.normalise.clock import device_us, local_us
from keng.normalise.when import Local

NOON = 1_714_564_800_000_000  # 2024-05-01 12:00 UTC


@pytest.mark.parametrize(
    "text",
    ["2024/05/01 12:00:00", "20240501 12:00:00", "01-May-2024 12:00:00", "Wed May  1 12:00:00 2024", "May 01 2024 12:00:00",
     "2024-05-01T12:00:00Z", "2024-05-01 19:00:00 +07", "2024-05-01 12:00:00 UTC", "2024-05-01T19:00:00+07:00", "1714564800"],
)  # fmt: skip
def test_each_form(text: str) -> None:
    assert device_us(text) == NOON


def test_fractions() -> None:
    assert (
        device_us("01-May-2024 12:00:00.5") == device_us("Wed May 01 12:00:00.500000 2024") == NOON + 500_000
    )


@pytest.mark.parametrize(
    "text", ["", "x", "May  1 12:00:00", "2024/13/01 12:00:00", "32-May-2024 12:00:00", "9" * 100]
)
def test_what_is_no_time_is_0(text: str) -> None:
    assert device_us(text) == 0


def test_windows_dates_by_their_clock() -> None:
    assert (
        local_us("5/1/2024", "12:00:00 PM")
        == local_us("01/05/2024", "12:00:00")
        == local_us("2024-05-01", "12:00:00")
        == NOON
    )
    assert local_us("5/1/2024", "12:00:00 AM") == NOON - 43_200_000_000
    assert local_us("5/13/2024", "12:00:00") == NOON + 12 * 86_400_000_000
    assert local_us("x", "y") == local_us("99/99/2024", "12:00:00") == 0


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2024/05/01 12:00:00", True),
        ("May 01 2024 12:00:00", True),
        ("May 01 2024 19:00:00 ICT", False),
        ("May 01 2024 12:00:00 UTC", False),
        ("2024-05-01 14:00:00.000 CEST", False),
        ("2024-05-01 12:00:00 CST", True),
        ("01-May-2024 12:00:00.123", True),
    ],
)
def test_a_zone_may_be_named_by_what_is_not_ambiguous(text: str, local: bool) -> None:
    found = device_us(text)
    assert (type(found) is Local) is local
    assert found // 1_000_000 == 1_714_564_800


@pytest.mark.parametrize(
    "text",
    ["1 May 2024 12:00:00", "01 May 2024 12:00:00", "Wed, 01 May 2024 12:00:00", "Wed, 01 May 2024 19:00:00 +0700", "01-Mai-2024 12:00:00", "01 mag 2024 12:00:00"],
)  # fmt: skip
def test_the_day_may_stand_first_and_months_have_names_in_other_languages(text: str) -> None:
    assert device_us(text) == NOON


@pytest.mark.parametrize(
    ("name", "month"),
    [("Okt", 10), ("Dez", 12), ("Juil", 7), ("juin", 6), ("Févr", 2), ("Ago", 8), ("August", 8), ("Abc", 0)],
)
def test_months_by_their_names(name: str, month: int) -> None:
    found = device_us(f"15 {name} 2024 12:00:00")
    assert (datetime.fromtimestamp(found / 1e6, UTC).month if found else 0) == month


def test_lower_case_halves_of_the_day_come_with_the_day_first() -> None:
    assert local_us("1/5/2024", "12:00:00 p. m.") == local_us("1/5/2024", "12:00:00 pm") == NOON
    assert local_us("5/1/2024", "12:00:00 PM") == local_us("1/5/2024", "12:00:00 CH") == NOON
