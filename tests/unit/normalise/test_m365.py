"""The unified audit log."""

from typing import Any

import orjson

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.normalise import to_event


def event(value: dict[str, Any]) -> Event:
    item = parse_record(orjson.dumps(value))
    assert isinstance(item, Record), item
    return to_event(item)


BASE: dict[str, Any] = {
    "CreationTime": "2024-05-01T12:00:00",
    "Workload": "Exchange",
    "Operation": "New-InboxRule",
    "UserId": "an@x",
}


def test_lists_of_pairs_are_texts_and_fields() -> None:
    found = event(
        {
            **BASE,
            "Parameters": [{"Name": "MoveToFolder", "Value": "RSS"}, 5],
            "ClientIP": "[2001:db8::9]:5",
            "ResultStatus": "True",
        }
    )
    assert found.logsource == ("m365", "audit", ()) and found.time_us == 1_714_564_800_000_000
    assert found.fields["Parameters"] == ["MoveToFolder: RSS"] and found.fields["MoveToFolder"] == "RSS"
    assert (found.fields["User"], found.fields["src_ip"], found.fields["outcome"]) == (
        "an@x",
        "2001:db8::9",
        "success",
    )


def test_alerts_and_federation_have_services_of_their_own() -> None:
    alert = {
        "Workload": "SecurityComplianceCenter",
        "Operation": "AlertTriggered",
        "Name": "Impossible travel activity",
    }
    found = event(alert)
    assert found.logsource.service == "threat_management"
    assert (found.fields["eventSource"], found.fields["eventName"], found.fields["status"]) == (
        "SecurityComplianceCenter",
        "Impossible travel activity",
        "success",
    )
    assert event({**alert, "Category": "ThreatDetection"}).logsource.service == "threat_detection"
    assert event({**BASE, "Operation": "Add-FederatedDomain"}).logsource.service == "exchange"


def test_subjects_of_mails_are_taken_out_on_arrival() -> None:
    from keng.normalise.privacy import redact

    kept = redact(event({**BASE, "Subject": "bí mật"}))
    assert "bí mật" not in kept.raw and "Subject" not in kept.fields
