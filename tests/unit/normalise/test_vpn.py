from typing import Any

import pytest

from keng.normalise.vpn import add_vpn


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("05[NET] received packet: from 203.0.113.7[500] to 192.0.2.1[4500] (9 bytes)",
         {"src_ip": "203.0.113.7", "src_port": 500, "dst_ip": "192.0.2.1", "dst_port": 4500}),
        ("IKE_SA rw[3] established between 192.0.2.1[vpn.example]...203.0.113.7[an]",
         {"src_ip": "203.0.113.7", "User": "an", "outcome": "success"}),
        ("deleting IKE_SA rw[3] between 192.0.2.1[vpn.example]...203.0.113.7[an]",
         {"src_ip": "203.0.113.7", "User": "an", "action": "disconnect"}),
        ("07[IKE] XAuth authentication of 'an' failed", {"User": "an", "outcome": "failure"}),
        ("wireguard: wg0: Invalid handshake initiation from 203.0.113.7:51820",
         {"src_ip": "203.0.113.7", "src_port": 51820, "outcome": "failure"}),
        ('"rw"[2] 203.0.113.7 #3: IPsec SA established tunnel mode', {"src_ip": "203.0.113.7", "outcome": "success"}),
        ("00[DMN] Starting IKE charon daemon", {}),
    ],
)  # fmt: skip
def test_what_is_said_of_a_peer(message: str, said: dict[str, Any]) -> None:
    fields: dict[str, Any] = {}
    add_vpn(message, fields)
    assert {name: fields.get(name) for name in said} == said
    if not said:
        assert fields == {}
