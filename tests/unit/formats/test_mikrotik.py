"""RouterOS."""

import pytest

from keng.formats.mikrotik import fields_of


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_the_packet_filter() -> None:
    subset(
        "firewall,info input: in:ether1 out:(unknown 0), connection-state:new proto TCP (SYN), 10.0.0.9:5->192.0.2.1:22, len 60",
        chain="input",
        src_ip="10.0.0.9",
        dst_port=22,
        length=60,
    )
    subset(
        "firewall,info forward: in:a out:b, proto ICMP (type 8, code 0), 10.0.0.9->192.0.2.1, len 84",
        src_ip="10.0.0.9",
        dst_ip="192.0.2.1",
        src_port=None,
    )


def test_logons() -> None:
    subset(
        "system,error,critical login failure for user admin from 10.0.0.9 via ssh",
        user="admin",
        outcome="failure",
        via="ssh",
    )
    subset("system,info,account user an logged in from 10.0.0.9 via winbox", user="an", outcome="success")
    subset("system,info,account user an logged out from 10.0.0.9 via winbox", outcome=None)


@pytest.mark.parametrize(
    "text", ["", "hello", "a=" * 5000, "%" * 5000, "(" * 5000, "1," * 5000, "[" * 5000, '"' * 5000]
)
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None
