"""OpenVPN."""

import pytest

from keng.formats.openvpn import fields_of, message_fields


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_connections() -> None:
    subset(
        "2024-05-01 12:00:00 10.0.0.9:1194 [an] Peer Connection Initiated with x",
        user="an",
        src_port=1194,
        outcome="success",
    )
    subset("Wed May  1 12:00:00 2024 us=1 10.0.0.9:1194 TLS Error: TLS handshake failed", outcome="failure")
    assert fields_of("2024-05-01 12:00:00 srv-1 app: hello") is None
    found = message_fields("an/10.0.0.9:1194 SIGTERM[soft] received")
    assert found is not None and (found["user"], found["action"]) == ("an", "disconnect")


@pytest.mark.parametrize(
    "text", ["", "hello", "a=" * 5000, "%" * 5000, "(" * 5000, "1," * 5000, "[" * 5000, '"' * 5000]
)
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None
