"""Kubernetes."""

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


def test_what_pods_may_do_to_their_node_is_there_by_name() -> None:
    spec = {
        "volumes": [{"hostPath": {"path": "/"}}, 5],
        "containers": [{"securityContext": {"capabilities": {"add": ["SYS_ADMIN"]}}}],
    }
    for body in ({"spec": spec}, {"spec": {"template": {"spec": spec}}}):
        found = event(
            {
                "verb": "create",
                "auditID": "a",
                "objectRef": {"resource": "pods", "apiGroup": "apps"},
                "requestObject": body,
            }
        )
        assert found.logsource == ("kubernetes", "audit", ("application",))
        assert (found.fields["hostPath"], found.fields["capabilities"], found.fields["apiGroup"]) == (
            ["/"],
            ["SYS_ADMIN"],
            "apps",
        )


def test_who_and_how_it_ended() -> None:
    found = event(
        {
            "verb": "get",
            "auditID": "a",
            "user": {"username": "an"},
            "sourceIPs": ["203.0.113.9"],
            "responseStatus": {"code": 403},
            "requestReceivedTimestamp": "2024-05-01T12:00:00Z",
        }
    )
    assert (found.fields["User"], found.fields["src_ip"], found.fields["outcome"]) == (
        "an",
        "203.0.113.9",
        "failure",
    )
    assert found.time_us == 1_714_564_800_000_000
