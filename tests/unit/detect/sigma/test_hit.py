"""Hits: what is kept of an event."""

from keng.detect.sigma.hit import MAX_TEXT, group_text, numbers_counted, short, slim, texts_counted, time_of
from keng.model.event import Event, LogSource


def test_a_clock_ahead_of_arrival_is_set_back_to_it() -> None:
    assert time_of(Event({}, LogSource(), time_us=50, received_us=20)) == 20
    assert time_of(Event({}, LogSource(), time_us=50)) == 50


def test_only_what_is_looked_at_is_kept() -> None:
    event = Event({"a": 1, "b": "x" * 9999, "c": 2}, LogSource(), raw="text", id="i", agency="bv", host="h")
    kept = slim(event, frozenset({"a"}), {"b": "…"})
    assert set(kept.fields) == {"a", "b"}
    assert len(kept.fields["b"]) == MAX_TEXT
    assert (kept.raw, kept.id, kept.agency, kept.host) == ("", "i", "bv", "h")
    assert event.raw == "text"


def test_long_texts_that_differ_stay_different() -> None:
    one, other = "x" * 9999 + "1", "x" * 9999 + "2"
    assert short(one) != short(other)
    assert short("short") == "short"


def test_values_as_they_are_grouped_and_counted() -> None:
    assert group_text("An.NV") == group_text(["an.nv"]) == "an.nv"
    assert group_text(None) is None
    assert group_text("") == ""
    assert texts_counted(["A", None, 5]) == ["a", "5"]
    assert numbers_counted(["7", "x", 1.5, None, "1e999", True]) == [7, 1.5]
