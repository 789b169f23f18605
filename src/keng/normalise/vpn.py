"""What IPsec daemons and WireGuard say of their peers, as fields: User, src_ip, src_port, dst_ip, action, outcome.

charon (strongSwan), pluto (Libreswan), racoon, and the kernel's "wireguard: wg0: …". Of a negotiation the peer is src_ip.
"""

import re
from typing import Any

PROGRAMS = frozenset(
    ("charon", "charon-systemd", "charon-nm", "strongswan", "ipsec", "ipsec_starter", "pluto", "racoon")
)
"""Programs that speak so; the kernel does where its message begins with `WIREGUARD`."""
WIREGUARD = "wireguard: "

_IP = r"([0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})"
_PACKET = re.compile(rf"received packet: from {_IP}\[(\d{{1,5}})\] to {_IP}\[(\d{{1,5}})\]")
_UP = re.compile(
    rf"IKE_SA \S{{1,128}} established between {_IP}\[[^\]\n]{{0,255}}\]\.\.\.{_IP}\[([^\]\n]{{0,255}})\]"
)
_DOWN = re.compile(
    rf"deleting IKE_SA \S{{1,128}} between {_IP}\[[^\]\n]{{0,255}}\]\.\.\.{_IP}\[([^\]\n]{{0,255}})\]"
)
_NO_CONFIG = re.compile(rf"no IKE config found for {_IP}\.\.\.{_IP}")
_INITIATES = re.compile(rf"{_IP} is initiating an? (?:IKE|Main|Aggressive)")
_NAMED = re.compile(
    r"(?:XAuth authentication of|authentication of|EAP identity|received EAP identity|EAP-\S{1,32} verification of|for peer) '?([^'\s]{1,255})'?"
)
_PLUTO = re.compile(rf'"[^"\n]{{1,128}}"(?:\[\d{{1,8}}\])? {_IP}(?::(\d{{1,5}}))? #\d{{1,10}}: ')
_PEER = re.compile(rf"(?:from|peer \d{{1,8}} \() ?\[?{_IP}\]?:(\d{{1,5}})")
_FAILED = (
    " failed", "NO_PROPOSAL_CHOSEN", "AUTHENTICATION_FAILED", "AUTH_FAILED", "INVALID_ID_INFORMATION", "no IKE config found",
    "no matching peer config found", "did not complete", "Invalid handshake", "Invalid MAC",
)  # fmt: skip
_SUCCEEDED = (
    " successful",
    " succeeded",
    "established between",
    "IPsec SA established",
    "ISAKMP SA established",
)


def add_vpn(message: str, fields: dict[str, Any]) -> None:
    """Complete the fields of a message of one of PROGRAMS, or of the kernel's WireGuard."""
    text = message[:4096]
    if packet := _PACKET.search(text):
        fields["src_ip"], fields["src_port"] = packet[1], int(packet[2])
        fields["dst_ip"], fields["dst_port"] = packet[3], int(packet[4])
        return
    if between := _UP.search(text) or _DOWN.search(text):
        fields["dst_ip"], fields["src_ip"] = between[1], between[2]
        if between[3]:
            fields["User"] = between[3]
        if between.re is _DOWN:
            fields["action"] = "disconnect"
            return
    elif config := _NO_CONFIG.search(text):
        fields["dst_ip"], fields["src_ip"] = config[1], config[2]
    elif peer := _INITIATES.search(text) or _PLUTO.match(text):
        fields["src_ip"] = peer[1]
    elif peer := _PEER.search(text):
        fields["src_ip"], fields["src_port"] = peer[1], int(peer[2])
    if "User" not in fields and WIREGUARD not in text[:64] and (named := _NAMED.search(text)):
        fields["User"] = named[1]
    if any(sign in text for sign in _FAILED):
        fields["action"], fields["outcome"] = "connect", "failure"
    elif any(sign in text for sign in _SUCCEEDED):
        fields["action"], fields["outcome"] = "connect", "success"
