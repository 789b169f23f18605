"""pfSense."""

import pytest

from keng.formats.filterlog import fields_of


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_ip_4_and_6() -> None:
    subset(
        "5,,,1,em0,match,block,in,4,0x0,,64,1,0,DF,6,tcp,60,10.0.0.9,192.0.2.1,5,22,0,S,1",
        src_ip="10.0.0.9",
        dst_port=22,
        action="block",
        tcp_flags="S",
    )
    subset(
        "9,,,1,em0,match,pass,out,6,0x00,0x0,255,UDP,17,60,2001:db8::9,2001:db8::1,5,53,20",
        protocol="udp",
        dst_ip="2001:db8::1",
        dst_port=53,
    )


def test_other_protocols_have_no_ports() -> None:
    subset(
        "5,,,1,em0,match,block,in,4,0x0,,64,1,0,none,1,icmp,60,10.0.0.9,192.0.2.1,request,1,2",
        protocol="icmp",
        dst_port=None,
    )


@pytest.mark.parametrize(
    "text", ["", "hello", "a=" * 5000, "%" * 5000, "(" * 5000, "1," * 5000, "[" * 5000, '"' * 5000]
)
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None
