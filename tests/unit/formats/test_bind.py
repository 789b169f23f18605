"""BIND."""

import pytest

from keng.formats.bind import fields_of, message_fields


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_queries_in_both_stamps() -> None:
    subset(
        "01-May-2024 12:00:00.123 queries: info: client @0x7f 10.0.0.9#5 (a.example): query: a.example IN A +E(0)K (192.0.2.1)",
        query="a.example",
        record_type="A",
        client="10.0.0.9",
        client_port=5,
        server_ip="192.0.2.1",
    )
    subset(
        "2024-05-01T12:00:00.5Z queries: info: client 10.0.0.9#5 (a): view v: query: a IN TXT +",
        view="v",
        record_type="TXT",
    )


def test_transfers() -> None:
    found = message_fields("client 10.0.0.9#5 (a.example): zone transfer 'a.example/AXFR/IN' denied")
    assert found is not None and (found["record_type"], found["outcome"]) == ("AXFR", "failure")
    assert message_fields("zone a.example/IN: loaded") is None


def test_other_messages_with_category_and_level() -> None:
    subset("01-May-2024 12:00:00.1 general: notice: running", category="general", message="running")
    assert fields_of("01-May-2024 12:00:00.1 hello") is None


@pytest.mark.parametrize(
    "text", ["", "hello", "a=" * 5000, "%" * 5000, "(" * 5000, "1," * 5000, "[" * 5000, '"' * 5000]
)
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None
