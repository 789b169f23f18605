from keng.collect.otlp_document import OtlpLogs, document_of, iso_of


def test_times_are_text_with_microseconds_and_never_fail() -> None:
    assert iso_of(1_780_000_000_123_456_789) == "2026-05-28T20:26:40.123456Z"
    assert iso_of(1) == "1970-01-01T00:00:00.000000Z"
    assert iso_of((1 << 64) - 1).startswith("2554-07-21T")


def test_what_is_empty_is_left_out_and_the_host_is_found() -> None:
    made = document_of(0, 0, 0, "", None, {}, {"host.name": "dc01"}, "", "", "", "")
    assert made == {"host": {"name": "dc01"}, "resource": {"host.name": "dc01"}}
    logs = OtlpLogs([], [], [])
    logs.add(0, made, b"")
    assert (len(logs.timed), len(logs.untimed)) == (0, 1)
