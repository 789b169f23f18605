"""Time zones by name or offset."""

from datetime import timedelta

import pytest

from keng.model.time_zone import time_zone


@pytest.mark.parametrize(
    ("name", "hours"),
    [("UTC", 0), ("Z", 0), ("+07:00", 7), ("-0330", -3.5), ("UTC+7", 7), ("+7", 7), ("Asia/Ho_Chi_Minh", 7)],
)
def test_names_and_offsets_are_understood(name: str, hours: float) -> None:
    zone = time_zone(name)
    assert zone is not None
    assert zone.utcoffset(None) in (timedelta(hours=hours), None)


@pytest.mark.parametrize(
    "name", ["", "Mars/Phobos", "../../etc/passwd", "/etc/localtime", "+25:00", "a" * 300, "Asia", "\0"]
)
def test_what_is_no_zone_is_none(name: str) -> None:
    assert time_zone(name) is None
