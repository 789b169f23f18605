"""OTLP's JSON in files."""

import io

import orjson

from keng.formats import otlp_lines
from keng.formats.recognise import read_file
from keng.model.record import Record
from keng.normalise.normalise import to_event


def batch(*records: dict[str, object]) -> bytes:
    resource = {"attributes": [{"key": "host.name", "value": {"stringValue": "srv"}}]}
    return (
        orjson.dumps({"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": list(records)}]}]})
        + b"\n"
    )


SSHD = "Failed password for root from 203.0.113.9 port 22 ssh2"


def test_each_log_record_of_a_line_is_a_record_with_its_time_and_host() -> None:
    text = {
        "timeUnixNano": "1714564800123456789",
        "body": {"stringValue": f"<86>May  1 12:00:00 web sshd[1]: {SSHD}"},
    }
    other = {
        "timeUnixNano": "1714564801000000000",
        "body": {"stringValue": "plain"},
        "attributes": [{"key": "a", "value": {"intValue": "1"}}],
    }
    nested = {
        "body": {
            "kvlistValue": {
                "values": [{"key": "b", "value": {"arrayValue": {"values": [{"stringValue": "c"}]}}}]
            }
        }
    }
    records = [one for one in read_file(io.BytesIO(batch(text, other, nested))) if isinstance(one, Record)]
    assert [one.format for one in records] == ["syslog_rfc3164", "json", "json"]
    events = [to_event(one, 1_717_200_000_000_000) for one in records]
    assert events[0].fields["src_ip"] == "203.0.113.9" and events[0].host == "web"
    assert (events[1].host, events[1].time_us, events[1].fields["message"]) == (
        "srv",
        1_714_564_801_000_000,
        "plain",
    )
    assert events[2].fields["body.b"] == ["c"]


def test_what_is_no_batch_or_a_strange_one_gives_nothing_and_never_falls() -> None:
    for value in (
        {},
        {"resourceLogs": 1},
        {"resourceLogs": [1, {"scopeLogs": [{"logRecords": [7, {"body": [1]}]}]}]},
    ):
        for document in otlp_lines.documents(value):
            assert document["attributes"] == {}
