import json
from typing import Any

import pytest

from keng.formats.envelope import carried_object, carried_text
from keng.formats.recognise import parse_record
from keng.model.record import Record
from keng.normalise.normalise import to_event

WINDOWS = {
    "channel": "Security",
    "computer": "dc01.hospital.vn",
    "event_id": {"id": 4625, "qualifiers": 0},
    "provider": {"name": "Microsoft-Windows-Security-Auditing", "guid": "{5}"},
    "record_id": 7,
    "system_time": "2026-11-24T01:02:03.4567890Z",
    "event_data": {"data": [{"TargetUserName": "an"}, {"IpAddress": "10.0.0.7"}]},
}


def parsed(document: dict[str, Any]) -> Record:
    found = parse_record(json.dumps(document).encode())
    assert isinstance(found, Record)
    return found


def test_a_known_object_inside_a_hec_event_is_itself() -> None:
    inner = {"EventID": 4625, "Channel": "Security", "TargetUserName": "an", "Computer": "dc01"}
    found = parsed({"time": 1.5, "host": "relay", "sourcetype": "x", "event": inner})
    assert found.format == "windows_flat"
    event = to_event(found)
    assert event.fields["TargetUserName"] == "an"
    assert json.loads(event.raw)["host"] == "relay"


def test_an_unknown_object_keeps_its_fields_beside_what_the_envelope_says() -> None:
    found = parsed(
        {
            "time": 1780000000.5,
            "host": "dc01",
            "source": "app",
            "event": {"user": "an"},
            "fields": {"site": "x"},
        }
    )
    event = to_event(found)
    assert event.fields["user"] == "an"
    assert event.fields["site"] == "x"
    assert event.fields["source"] == "app"
    assert (event.host, event.time_us) == ("dc01", 1_780_000_000_500_000)


def test_a_known_line_inside_a_hec_event_is_itself() -> None:
    line = "<34>Nov  3 01:02:03 fw1 sshd[1]: Failed password for root from 10.0.0.7 port 22 ssh2"
    found = parsed({"time": 1, "host": "relay", "event": line})
    assert found.format.startswith("syslog")


def test_windows_events_of_the_opentelemetry_collector_meet_windows_rules() -> None:
    found = parsed({"observed": "2026-11-24T01:02:04Z", "body": WINDOWS, "resource": {"a": 1}})
    event = to_event(found)
    assert (event.logsource.product, event.logsource.service) == ("windows", "security")
    assert event.fields["TargetUserName"] == "an"
    assert event.fields["EventID"] == 4625
    assert event.time_us == 1_795_482_123_456_789


def test_event_xml_as_a_body_is_read() -> None:
    xml = (
        "<Event><System><Provider Name='Microsoft-Windows-Sysmon'/><EventID>1</EventID>"
        "<Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>pc1</Computer></System>"
        "<EventData><Data Name='Image'>C:\\a.exe</Data></EventData></Event>"
    )
    event = to_event(parsed({"message": xml, "observed": "2026-11-24T01:02:04Z"}))
    assert event.fields["Image"] == "C:\\a.exe"


def test_an_otlp_body_of_a_known_shape_is_itself_and_another_stays_as_it_is() -> None:
    eve = {"timestamp": "2026-11-24T01:02:03.000000+0700", "event_type": "alert", "src_ip": "10.0.0.7"}
    found = parsed({"observed": "x", "host": {"name": "sensor1"}, "body": eve})
    assert (found.format, found.fields["@host"]) == ("suricata_eve", "sensor1")
    found = parsed({"observed": "x", "body": {"k": 1}, "attributes": {"log.file.name": "a"}})
    assert (found.format, found.fields["body"]) == ("json", {"k": 1})


@pytest.mark.parametrize(
    "document",
    [
        {"event": {"original": "x"}, "host": {"name": "a"}},
        {"event": {"code": 1}, "message": "m"},
        {"event": 5},
        {"body": {"a": 1}},
        {"body": {"channel": "x", "event_id": 5}},
    ],
)
def test_other_documents_are_no_envelopes(document: dict[str, Any]) -> None:
    assert carried_object(document) is None
    assert carried_text(document) == ""


@pytest.mark.parametrize("data", ["***", "W10=", "eyI=", "é"])
def test_a_push_that_holds_no_object_is_not_opened(data: str) -> None:
    assert carried_object({"message": {"data": data, "messageId": "1"}}) is None


def test_a_hook_with_several_events_is_no_single_entry() -> None:
    hook = {"eventType": "com.okta.event_hook", "data": {"events": [{"uuid": "a"}, {"uuid": "b"}]}}
    assert carried_object(hook) is None
