"""Juniper Junos: the messages of its daemons in syslog, plain or as structured data.

    rpd[1]: bgp_recv: peer 10.0.0.1 (External AS 65001): …              any message of rpd, mgd, chassisd, …
    /kernel: tcp_auth_ok: Packet from 10.0.0.1:179 missing MD5 digest
    RT_FLOW: RT_FLOW_SESSION_DENY: session denied 10.0.0.1/5000->192.0.2.1/22 0x0 junos-ssh 6(0) rule(global) trust untrust
    RT_FLOW - RT_FLOW_SESSION_CREATE [junos@2636.1.1.1.2.129 source-address="10.0.0.1" …]

Fields: daemon, tag, message; of flows tag's action, src_ip, src_port, dst_ip, dst_port, service, protocol, policy, src_zone,
dst_zone; of mgd user and command. Structured data keeps its own names.
"""

import re
from typing import Any

DAEMONS = frozenset((
    "rpd", "/kernel", "mgd", "chassisd", "rt_flow", "rt_ids", "rt_idp", "rt_utm", "pfed", "jddosd", "eventd", "dcd", "kmd",
    "flowd_octeon", "ui_commit",
))  # fmt: skip
_TAG = re.compile(r"([A-Z][A-Z0-9]{1,15}(?:_[A-Z0-9]{1,32}){1,10}): ?")
_FLOW = re.compile(
    r"session (created|denied|closed)[^\n]{0,64}? ([0-9A-Fa-f.:]{2,45})/(\d{1,5})->([0-9A-Fa-f.:]{2,45})/(\d{1,5})"
)
_TAIL = re.compile(
    r" (?:0x[0-9a-f]{1,8} )?([\w.\-]{1,64}) (?:[0-9A-Fa-f.:]{2,45}/\S{1,64} ){0,2}[^\n]{0,128}?\b(\d{1,3})\("
)
_USER = re.compile(r"[Uu]ser '([^'\n]{1,128})'")
_COMMAND = re.compile(r"command '([^'\n]{0,2048})'")
_ACTIONS = {"created": "permit", "denied": "deny", "closed": "close"}


def message_fields(program: str, message: str) -> dict[str, Any] | None:
    """The fields of a message of one of Junos' daemons; None for other programs and for Linux' kernel."""
    name = program.casefold()
    if name == "kernel" and message.startswith("tcp_auth_ok:"):
        return {"daemon": program, "message": message}
    if name not in DAEMONS:
        return None
    fields: dict[str, Any] = {"daemon": program, "message": message}
    if match := _TAG.match(message):
        fields["tag"] = match[1]
    head = message[:4096]
    if flow := _FLOW.search(head):
        fields["action"] = _ACTIONS[flow[1]]
        fields["src_ip"], fields["src_port"] = flow[2], int(flow[3])
        fields["dst_ip"], fields["dst_port"] = flow[4], int(flow[5])
        if tail := _TAIL.match(head, flow.end()):
            fields["service"], fields["protocol"] = tail[1], tail[2]
    if user := _USER.search(head):
        fields["user"] = user[1]
    if command := _COMMAND.search(head):
        fields["command"] = command[1].strip()
    return fields
