from pathlib import Path

import pytest

from keng.demo.background import misfits, read_background, unknown_places
from keng.demo.generate import Province
from keng.model.rejected import Rejected

HOUR_US = 3_600_000_000
FLAT = "rhythms: {flat: [" + ", ".join(["1"] * 24) + "]}\n"


def test_every_machine_has_a_profile_that_it_can_log(province: Province) -> None:
    assert misfits(province.background, province.hosts) == []


def test_offices_are_quiet_at_night_and_busy_in_the_morning(province: Province) -> None:
    midnight_utc = 20_000 * 24 * HOUR_US
    night = province.background.share("office_pc", midnight_utc + 19 * HOUR_US)  # 2 o'clock in Việt Nam
    morning = province.background.share("office_pc", midnight_utc + 2 * HOUR_US)  # 9 o'clock
    assert night == pytest.approx(0.25)
    assert morning == pytest.approx(1.0)


def test_between_two_hours_the_share_moves_evenly(province: Province) -> None:
    midnight_utc = 20_000 * 24 * HOUR_US
    assert province.background.share("office_pc", midnight_utc + HOUR_US // 2) == pytest.approx(0.85)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("rhythms: {flat: [1, 2]}\nprofiles: {}\n", "24 numbers"),
        (FLAT + "profiles: {p: {rhythm: none, events: []}}\n", "not there"),
        (FLAT + "profiles: {p: {rhythm: flat, events: []}}\n", "no events"),
        (
            FLAT + "profiles: {p: {rhythm: flat, events: [{event: web_request, path: '/{nowhere}'}]}}\n",
            "nowhere",
        ),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "background.yml"
    path.write_text(text)
    found = read_background(path)
    assert isinstance(found, Rejected)
    assert reason in found.reason


def test_unknown_places_are_found_at_any_depth() -> None:
    assert unknown_places([{"a": ["{user} {x}"]}, "{y}"], {"y": "1"}) == {"x"}
