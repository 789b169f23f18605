"""Events carry their log source as a hashable value, so that gates can cache by it."""

from keng.model.event import Event, LogSource


def test_equal_log_sources_are_one_key() -> None:
    gate = {LogSource("windows", "sysmon", ("process_creation",)): 1}
    assert gate[LogSource("windows", "sysmon", ("process_creation",))] == 1


def test_an_event_needs_only_fields_and_log_source() -> None:
    event = Event({"EventID": 1}, LogSource("windows"))
    assert (event.time_us, event.parsed, event.id) == (0, True, "")
