from keng.formats.record import parse_record
from keng.formats.snare import fields_of
from keng.model.record import Record
from keng.normalise.normalise import to_event

ROW = (
    "1\tSecurity\t100\tWed May 01 12:00:00 2024\t4625\tMicrosoft-Windows-Security-Auditing\tan\tN/A\tFailure Audit\tdc-01\t"
    "Logon\t\tAn account failed to log on.\t99"
)


def test_the_row_is_a_windows_event_whether_the_mark_is_the_program_or_stands_in_the_message() -> None:
    for line in (
        f"<14>May  1 12:00:00 dc-01 MSWinEventLog\t{ROW}",
        f"<14>May  1 12:00:00 dc-01 MSWinEventLog: {ROW}",
    ):
        record = parse_record(line.encode())
        assert isinstance(record, Record)
        event = to_event(record)
        assert (event.format, event.logsource.service, event.fields["EventID"]) == (
            "windows_flat",
            "security",
            4625,
        )
        assert (event.host, event.time_us) == ("dc-01", 1_714_564_800_000_000)
        assert event.fields["Message"] == "An account failed to log on."


def test_other_messages_are_left_alone() -> None:
    assert fields_of("prog", "a\tb\tc") is None
    assert fields_of("MSWinEventLog", "1\tSecurity\tx") is None
    assert fields_of("MSWinEventLog", ROW.replace("4625", "abc")) is None
