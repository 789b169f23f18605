"""CloudTrail."""

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
    "eventSource": "s3.amazonaws.com",
    "eventName": "PutBucketVersioning",
    "awsRegion": "r",
    "eventTime": "2024-05-01T12:00:00Z",
}


def test_parameters_are_there_by_name_and_whole() -> None:
    found = event(
        {
            **BASE,
            "requestParameters": {"a": {"Status": "Suspended"}},
            "userIdentity": {"type": "Root", "arn": "arn:x:root"},
        }
    )
    assert found.logsource == ("aws", "cloudtrail", ()) and found.time_us == 1_714_564_800_000_000
    assert found.fields["requestParameters"] == '{"a":{"Status":"Suspended"}}'
    assert (
        found.fields["requestParameters.a.Status"] == "Suspended"
        and found.fields["userIdentity.type"] == "Root"
    )
    assert (found.fields["outcome"], found.fields["status"]) == ("success", "success")


def test_failures_and_addresses() -> None:
    found = event({**BASE, "errorCode": "AccessDenied", "sourceIPAddress": "203.0.113.9"})
    assert (found.fields["outcome"], found.fields["src_ip"]) == ("failure", "203.0.113.9")
    assert event({**BASE, "responseElements": {"ConsoleLogin": "Failure"}}).fields["outcome"] == "failure"
    for service in ("ec2.amazonaws.com", "AWS Internal"):
        assert "src_ip" not in event({**BASE, "sourceIPAddress": service}).fields
