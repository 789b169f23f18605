from typing import Any

from keng.model.event import LogSource
from keng.normalise.normalise import to_event
from keng.normalise.windows_names import NAMED, add_names

DEFENDER = LogSource("windows", "windefend", ("antivirus",))
RPC = LogSource("rpc_firewall", "rpcfw", ("application",))


def test_defender_s_names_with_blanks_are_there_without_and_a_threat_is_an_antivirus_finding() -> None:
    fields: dict[str, Any] = {
        "Threat Name": "HackTool:Win32/X",
        "Path": "containerfile:_C:\\a.zip; file:_C:\\a.exe",
    }
    add_names(fields, DEFENDER)
    assert fields["ThreatName"] == fields["Threat_Name"] == fields["Signature"] == "HackTool:Win32/X"
    assert fields["Filename"] == "C:\\a.zip"


def test_rpc_firewall_s_values_get_their_names_whether_listed_or_numbered() -> None:
    values = [
        "f",
        "624",
        "lsass.exe",
        "ncacn_np",
        "\\pipe",
        "10.0.0.9",
        "12345678-abcd",
        "1",
        "an",
        "6",
        "10",
    ]
    for fields in ({"Data": list(values)}, {f"param{n}": value for n, value in enumerate(values, 1)}):
        add_names(fields, RPC)
        assert (fields["EventLog"], fields["InterfaceUuid"], fields["OpNum"]) == ("RPCFW", "12345678-abcd", 1)
        assert fields["src_ip"] == "10.0.0.9"


def test_too_few_values_name_nothing() -> None:
    fields: dict[str, Any] = {"Data": ["a"]}
    add_names(fields, RPC)
    assert "InterfaceUuid" not in fields


def test_shippers_events_are_completed_too() -> None:
    from keng.formats.record import parse_record
    from keng.model.record import Record

    record = parse_record(
        b'{"@timestamp":"2024-05-01T05:00:00Z","winlog":{"channel":"Microsoft-Windows-Windows Defender/Operational",'
        b'"event_id":1116,"event_data":{"Threat Name":"X","Path":"file:_C:\\\\a"}}}'
    )
    assert isinstance(record, Record)
    event = to_event(record)
    assert event.logsource == DEFENDER
    assert event.fields["Filename"] == "C:\\a"
    assert {"windefend", "rpcfw"} == NAMED
