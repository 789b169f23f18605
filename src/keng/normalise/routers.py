"""Juniper, Huawei and H3C: the service is the protocol or part of the system that speaks (bgp, sshd, …).

Juniper's flows are also category firewall: src_ip, src_port, dst_ip, dst_port, action, proto, blocked.
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.parts import Parts
from keng.normalise.verdict import add_verdict, renamed

_FIREWALL = ("firewall",)
# Junos' structured data → the generic names.
_FLOW = (
    ("source-address", "src_ip"), ("source-port", "src_port"), ("destination-address", "dst_ip"),
    ("destination-port", "dst_port"), ("protocol-id", "proto"), ("username", "User"),
)  # fmt: skip
_TAGGED = (
    ("RT_FLOW_SESSION_DENY", "deny"),
    ("RT_FLOW_SESSION_CREATE", "permit"),
    ("RT_FLOW_SESSION_CLOSE", "close"),
)


def juniper_parts(own: dict[str, Any]) -> Parts:
    """One message of Junos."""
    fields = {
        **own,
        **renamed(own, (("protocol", "proto"), ("user", "User"), ("command", "CommandLine"), *_FLOW)),
    }
    tag, message = str(own.get("tag") or own.get("msgid") or ""), str(own.get("message", ""))
    for name in ("src_port", "dst_port"):
        if isinstance(text := fields.get(name), str) and text.isascii() and text.isdigit() and len(text) < 6:
            fields[name] = int(text)
    for sign, action in _TAGGED:
        if tag == sign:
            fields.setdefault("action", action)
    add_verdict(fields)
    if "src_ip" in fields and "dst_ip" in fields and "action" in fields:
        return Parts(fields, LogSource("juniper", "flow", _FIREWALL))
    daemon = str(own.get("daemon", "")).casefold().lstrip("/")
    lower = message[:1024].casefold()
    if "bgp" in lower or ":179" in message:
        return Parts(fields, LogSource("juniper", "bgp"))
    return Parts(fields, LogSource("juniper", daemon))


def huawei_parts(own: dict[str, Any]) -> Parts:
    """One message of VRP or Comware."""
    fields = {
        **own,
        **renamed(
            own,
            (
                ("UserName", "User"),
                ("User", "User"),
                ("IpAddress", "src_ip"),
                ("IPAddress", "src_ip"),
                ("IP", "src_ip"),
                ("Ip", "src_ip"),
                ("Command", "CommandLine"),
            ),
        ),
    }
    brief, message = str(own.get("brief", "")), str(own.get("message", ""))
    if "FAIL" in brief:
        fields["outcome"] = "failure"
    module = str(own.get("module", "")).casefold()
    bgp = module == "bgp" or "BGP" in brief or ":179" in message
    return Parts(fields, LogSource("huawei", "bgp" if bgp else module))
