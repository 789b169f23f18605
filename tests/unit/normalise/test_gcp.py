"""Google Cloud and Workspace."""

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


PAYLOAD = {
    "serviceName": "storage.googleapis.com",
    "methodName": "storage.buckets.delete",
    "authorizationInfo": [{"permission": "p", "granted": True}],
}


def test_names_of_the_rules() -> None:
    entry = {
        "protoPayload": PAYLOAD,
        "timestamp": "2024-05-01T12:00:00Z",
        "logName": "projects/p/logs/cloudaudit.googleapis.com%2Factivity",
        "resource": {"type": "t"},
    }
    for found in (event(entry), event({"data": entry})):
        assert found.logsource == ("gcp", "gcp.audit", ()) and found.time_us == 1_714_564_800_000_000
        assert (
            found.fields["gcp.audit.method_name"]
            == found.fields["data.protoPayload.methodName"]
            == "storage.buckets.delete"
        )
        assert found.fields["data.protoPayload.logName"] == "cloudaudit.googleapis.com%2Factivity"
        assert found.fields["data.protoPayload.authorizationInfo.granted"] == [True]


def test_workspace_by_both_ways() -> None:
    logged = event(
        {
            "protoPayload": {
                "serviceName": "admin.googleapis.com",
                "metadata": {
                    "event": [{"eventName": "X", "parameter": [{"name": "NEW_VALUE", "value": "false"}]}]
                },
            }
        }
    )
    reported = event(
        {
            "kind": "admin#reports#activity",
            "id": {"applicationName": "admin", "time": "2024-05-01T12:00:00Z"},
            "events": [{"name": "X", "parameters": [{"name": "NEW_VALUE", "value": "false"}]}],
        }
    )
    for found in (logged, reported):
        assert found.logsource == ("gcp", "google_workspace.admin", ())
        assert (found.fields["eventService"], found.fields["eventName"], found.fields["new_value"]) == (
            "admin.googleapis.com",
            "X",
            "false",
        )
    login = event(
        {
            "kind": "admin#reports#activity",
            "id": {"applicationName": "login"},
            "events": [{"name": "gov_attack_warning"}],
        }
    )
    assert login.logsource.service == "google_workspace.login"
    assert login.fields["protoPayload.metadata.event.eventName"] == "gov_attack_warning"
