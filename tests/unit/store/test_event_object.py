from keng.model.hot_columns import HotColumns
from keng.store.base import StoredEvent
from keng.store.event_object import event_object, iso


def test_columns_without_a_value_are_left_out() -> None:
    event = StoredEvent(
        "0" * 32, 1, 2, "bv", "", "", "f", "", "", (), False, 7, HotColumns(user="an"), {"x": "y"}, ""
    )
    assert event_object(event) == {
        "time": "1970-01-01T00:00:00.000001Z",
        "received": "1970-01-01T00:00:00.000002Z",
        "id": "0" * 32,
        "agency": "bv",
        "format": "f",
        "parsed": False,
        "user": "an",
        "fields": {"x": "y"},
    }


def test_times_beyond_the_calendar_are_held() -> None:
    assert iso(-5).startswith("1970") and iso(1 << 62).startswith("9999")
