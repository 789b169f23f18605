"""GitHub and Bitbucket."""

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


def test_github() -> None:
    found = event({"@timestamp": 1714564800000, "action": "repo.destroy", "actor": "an", "org": "o"})
    assert found.logsource == ("github", "audit", ()) and found.time_us == 1_714_564_800_000_000
    assert (found.fields["action"], found.fields["User"], found.host) == ("repo.destroy", "an", "o")


def test_bitbucket_with_both_kinds_of_time() -> None:
    kind = {"category": "Projects", "action": "a"}
    for stamp in (
        "2024-05-01T12:00:00Z",
        {"epochSecond": 1714564800, "nano": 0},
        {"epochSecond": 1714564800, "nano": "x"},
    ):
        found = event({"auditType": kind, "timestamp": stamp, "author": {"name": "an"}})
        assert found.logsource == ("bitbucket", "audit", ()) and found.time_us == 1_714_564_800_000_000
        assert (found.fields["auditType.category"], found.fields["User"]) == ("Projects", "an")
