"""Databases."""

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.normalise import to_event

REFERENCE_US = 1_717_200_000_000_000


def event(raw: str) -> Event:
    item = parse_record(raw.encode())
    assert isinstance(item, Record), item
    return to_event(item, REFERENCE_US)


def test_statements_are_a_databases() -> None:
    found = event("2024-05-01 12:00:00 UTC [1] an@shop LOG:  statement: DROP TABLE x")
    assert found.logsource == ("sql", "", ("application", "database"))
    assert (found.fields["User"], found.fields["statement"], found.time_us) == (
        "an",
        "DROP TABLE x",
        1_714_564_800_000_000,
    )


def test_json_audit() -> None:
    found = event(
        '{"audit_record":{"timestamp":"2024-05-01T12:00:00Z","sqltext":"SELECT 1","user":"an[an] @ []","ip":"10.0.0.9"}}'
    )
    assert (
        found.logsource.categories == ("application", "database") and found.time_us == 1_714_564_800_000_000
    )
    assert (found.fields["User"], found.fields["statement"], found.fields["src_ip"]) == (
        "an",
        "SELECT 1",
        "10.0.0.9",
    )
