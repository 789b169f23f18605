import pytest

from keng.normalise.ids_alert import ids_alert_parts


@pytest.mark.parametrize(
    ("stamp", "time_us"),
    [
        ("11/24/2026-10:11:12.5", 1_795_515_072_500_000),
        ("11/24/26-10:11:12.5", 1_795_515_072_500_000),
        ("11/24-10:11:12", 0),
        ("", 0),
    ],
)
def test_the_month_stands_first_and_a_year_may_be_missing(stamp: str, time_us: int) -> None:
    assert ids_alert_parts({"timestamp": stamp}).time_us == time_us


def test_a_drop_is_blocked_and_the_names_are_eves_too() -> None:
    fields = ids_alert_parts({"action": "Drop", "signature": "x", "proto": "TCP"}).fields
    assert (fields["blocked"], fields["alert.signature"], fields["proto"]) == (True, "x", "tcp")
