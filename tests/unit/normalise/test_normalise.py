"""Records to events."""

import pytest

from keng.formats.record import parse_record
from keng.model.record import Record
from keng.normalise.normalise import to_event

NAMES = ("EventID", "Channel", "Provider_Name", "Computer", "Image", "CommandLine", "ProcessId", "User")
SYSMON = "Microsoft-Windows-Sysmon/Operational"
SHAPES = {
    "evtx_dump": b'{"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon"}},"EventID":1,'
    b'"TimeCreated":{"#attributes":{"SystemTime":"2024-05-01T05:00:00.000Z"}},"Channel":"Microsoft-Windows-Sysmon/Operational",'
    b'"Computer":"pc-01"},"EventData":{"Image":"C:\\\\a.exe","CommandLine":"a -b","ProcessId":12,"User":"TINH\\\\an"}}}',
    "winlogbeat": b'{"@timestamp":"2024-05-01T05:00:00.000Z","winlog":{"provider_name":"Microsoft-Windows-Sysmon","event_id":"1",'
    b'"channel":"Microsoft-Windows-Sysmon/Operational","computer_name":"pc-01","event_data":{"Image":"C:\\\\a.exe",'
    b'"CommandLine":"a -b","ProcessId":"12","User":"TINH\\\\an"}}}',
    "nxlog": b'{"EventTime":"2024-05-01T05:00:00.000Z","Hostname":"pc-01","EventType":"INFO","EventID":1,'
    b'"SourceName":"Microsoft-Windows-Sysmon","Channel":"Microsoft-Windows-Sysmon/Operational","Image":"C:\\\\a.exe",'
    b'"CommandLine":"a -b","ProcessId":"12","User":"TINH\\\\an","SourceModuleName":"in"}',
    "otrf": b'{"@timestamp":"2024-05-01T05:00:00.000Z","TimeCreated":"2024-05-01T05:00:00.000Z","Level":"4","Task":"1",'
    b'"Hostname":"pc-01","EventID":1,"SourceName":"Microsoft-Windows-Sysmon","Channel":"Microsoft-Windows-Sysmon/Operational",'
    b'"Image":"C:\\\\a.exe","CommandLine":"a -b","ProcessId":"12","User":"TINH\\\\an"}',
}


@pytest.mark.parametrize("shape", SHAPES)
def test_one_event_is_the_same_whichever_shipper_sent_it(shape: str) -> None:
    record = parse_record(SHAPES[shape])
    assert isinstance(record, Record)
    event = to_event(record)
    assert event.logsource == ("windows", "sysmon", ("process_creation",))
    assert (event.host, event.time_us, event.parsed) == ("pc-01", 1_714_539_600_000_000, True)
    assert [str(event.fields[name]) for name in NAMES] == [
        "1", SYSMON, "Microsoft-Windows-Sysmon", "pc-01", "C:\\a.exe", "a -b", "12", "TINH\\an",
    ]  # fmt: skip


def test_sysmon_for_linux_in_syslog_is_a_linux_process_creation() -> None:
    record = parse_record(
        b'May  1 05:00:00 srv sysmon: <Event><System><Provider Name="Linux-Sysmon"/><EventID>1</EventID>'
        b'<Computer>srv</Computer></System><EventData><Data Name="Image">/usr/bin/id</Data></EventData></Event>'
    )
    assert isinstance(record, Record)
    event = to_event(record)
    assert event.logsource.product == "linux" and "process_creation" in event.logsource.categories


def test_the_reference_is_the_time_of_what_has_none() -> None:
    event = to_event(Record("json", {"a": {"b": 1}}, 1, "{}"), 5_000_000)
    assert (event.time_us, event.received_us, event.fields) == (5_000_000, 5_000_000, {"a.b": 1})
    assert event.parsed and event.raw == "{}"


def test_unknown_json_keeps_its_time_and_host() -> None:
    event = to_event(Record("json", {"@timestamp": "2024-05-01T05:00:00Z", "host": {"name": "h"}}, 1))
    assert (event.time_us, event.host) == (1_714_539_600_000_000, "h")


def test_a_format_without_a_product_is_kept_unparsed() -> None:
    event = to_event(Record("unknown", {"text": "x"}, 1, "x"))
    assert not event.parsed and event.fields == {"text": "x"}
