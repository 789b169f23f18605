"""MikroTik RouterOS: topics, then the message; after a syslog header or alone.

    firewall,info input: in:ether1 out:(unknown 0), connection-state:new src-mac aa:bb:…, proto TCP (SYN),
        10.0.0.1:5000->192.0.2.1:22, len 60
    system,error,critical login failure for user admin from 10.0.0.1 via ssh
    system,info,account user admin logged in from 10.0.0.1 via winbox

Fields: topics, message; of the firewall chain, prefix, in_interface, out_interface, protocol, tcp_flags, src_ip,
src_port, dst_ip, dst_port, length; of logons user, src_ip, via, outcome.
"""

import re
from typing import Any

_TOPICS = re.compile(
    r"((?:firewall|system|account|dhcp|dns|interface|ppp|pptp|l2tp|ipsec|ovpn|wireless|web-proxy|hotspot|script|route|bgp|"
    r"ospf|certificate|caps|radius|sstp|manager|container|upnp|snmp|ssh|health|backup|info|error|critical|warning|debug)"
    r"(?:,[a-z0-9\-]{2,16}){1,6}) "
)
_FLOW = re.compile(
    r"(?:(.{0,128}?) )?(input|forward|output|prerouting|postrouting|srcnat|dstnat): in:(.{0,64}?) out:(.{0,64}?), "
    r".{0,256}?proto ([A-Za-z0-9\-]{1,16})(?: \(([^)\n]{0,64})\))?, "
    r"\[?([0-9A-Fa-f.:]{2,45}?)\]?(?::(\d{1,5}))?->\[?([0-9A-Fa-f.:]{2,45}?)\]?(?::(\d{1,5}))?(?=,|\s|$)(?:.{0,256}?, len (\d{1,6}))?"
)
_LOGON = re.compile(r"login failure for user (.{0,128}?) from (\S{1,64})(?: via (\S{1,32}))?")
_LOGGED = re.compile(r"user (.{1,128}?) logged (in|out) from (\S{1,64})(?: via (\S{1,32}))?")


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one message; None if it does not begin with topics."""
    match = _TOPICS.match(text)
    if not match:
        return None
    message = text[match.end() :]
    fields: dict[str, Any] = {"topics": match[1].split(","), "message": message}
    if flow := _FLOW.match(message[:4096]):
        names = (
            "prefix", "chain", "in_interface", "out_interface", "protocol", "tcp_flags", "src_ip", "src_port", "dst_ip",
            "dst_port", "length",
        )  # fmt: skip
        fields.update((name, value) for name, value in zip(names, flow.groups(), strict=True) if value)
        for name in ("src_port", "dst_port", "length"):
            if name in fields:
                fields[name] = int(fields[name])
    elif failed := _LOGON.match(message[:1024]):
        fields.update(user=failed[1], src_ip=failed[2], via=failed[3] or "", outcome="failure")
    elif (logged := _LOGGED.match(message[:1024])) and logged[2] == "in":
        fields.update(user=logged[1], src_ip=logged[3], via=logged[4] or "", outcome="success")
    return fields
