"""Identity providers."""

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


def test_okta() -> None:
    found = event({"eventType": "user.session.start", "published": "2024-05-01T12:00:00Z", "actor": {"alternateId": "an@x"}, "outcome": {"result": "FAILURE"},
                   "client": {"ipAddress": "203.0.113.9"}, "target": [{"displayName": "d"}], "securityContext": {"isProxy": True}})  # fmt: skip
    assert found.logsource == ("okta", "okta", ()) and found.time_us == 1_714_564_800_000_000
    assert (found.fields["User"], found.fields["src_ip"], found.fields["outcome"]) == (
        "an@x",
        "203.0.113.9",
        "failure",
    )
    assert found.fields["target.displayName"] == ["d"] and found.fields["outcome.result"] == "FAILURE"


def test_onelogin_and_duo() -> None:
    found = event({"event_type_id": 3, "user_name": "an", "created_at": "2024-05-01T12:00:00Z"})
    assert found.logsource == ("onelogin", "onelogin.events", ()) and found.fields["User"] == "an"
    found = event(
        {
            "event_type": "authentication",
            "txid": "t",
            "factor": "x",
            "timestamp": 1714564800,
            "result": "denied",
            "user": {"name": "an"},
        }
    )
    assert (
        found.logsource == ("cisco", "duo", ())
        and found.fields["outcome"] == "failure"
        and found.time_us == 1_714_564_800_000_000
    )
