"""Cisco devices: services as SigmaHQ names them, by the facility of the message.

aaa        commands that were logged (PARSER, HA_EM, AAA, TACACS, TPLUS; ASA 111008, 111009, 111010)
bgp, ldp   routing and label distribution, and TCP's complaints about their passwords
syslog     everything else; of ASA and Firepower connections also category firewall
Fields: the format's own; beside them User, CommandLine, proto, action in small letters, blocked.
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.clock import device_us, in_named_zone
from keng.normalise.http import add_uri
from keng.normalise.parts import Parts
from keng.normalise.verdict import add_verdict, renamed

_SERVICES = {
    "PARSER": "aaa", "AAA": "aaa", "AAAA": "aaa", "TACACS": "aaa", "TPLUS": "aaa", "HA_EM": "aaa", "SHELL": "aaa",
    "BGP": "bgp", "BGP_SESSION": "bgp", "LDP": "ldp", "TDP": "ldp", "LDP_SESSION": "ldp", "ROUTING-LDP": "ldp",
    "ROUTING-BGP": "bgp", "MPLS_LDP": "ldp",
}  # fmt: skip
_COMMANDS = frozenset(("111008", "111009", "111010"))
_FAILED = ("failed", "failure", "rejected", "denied")
_FIREWALLS = ("ASA", "FTD", "PIX", "FWSM")


def cisco_parts(own: dict[str, Any]) -> Parts:
    """One message."""
    facility, mnemonic = str(own.get("facility", "")), str(own.get("mnemonic", ""))
    message = str(own.get("message", ""))
    fields = {**own, **renamed(own, (("user", "User"), ("command", "CommandLine"), ("protocol", "proto")))}
    if "action" in fields:
        fields["action"] = str(fields["action"]).lower()
    service = _SERVICES.get(facility, "syslog")
    if facility in _FIREWALLS and mnemonic in _COMMANDS:
        service = "aaa"
    elif facility in ("TCP", "IP-TCP", "IP_TCP"):
        service = (
            "bgp" if ":179" in message or "(179)" in message else "ldp" if "LDP" in message else "syslog"
        )
    add_verdict(fields)
    lower = message[:512].casefold()
    if "login" in lower or "authentication" in lower:
        if any(word in lower for word in _FAILED):
            fields["outcome"] = "failure"
        elif "success" in lower or "succeeded" in lower:
            fields["outcome"] = "success"
    if "permitted" in lower and "login" in lower:
        fields["outcome"] = "success"
    if isinstance(url := own.get("url"), str):
        add_uri(fields, url)
        fields["cs-host"] = url.split("://", 1)[-1].split("/", 1)[0]
        if "src_ip" in fields:
            fields["c-ip"] = fields["src_ip"]
    if "threat_name" in own:
        fields["Signature"] = own["threat_name"]
        fields.update(renamed(own, (("file_name", "Filename"),)))
    ends = "action" in fields and all(
        f"{end}_ip" in fields or f"{end}_host" in fields for end in ("src", "dst")
    )
    categories = (("antivirus",) if "threat_name" in own else ()) + (("firewall",) if ends else ())
    categories += ("proxy",) if "url" in own else ()
    source = LogSource("cisco", service, categories)
    stamp = str(own.get("device_time", ""))
    if stamp[:4].isdecimal():
        # NX-OS: the year stands first.
        parts = stamp.split()
        stamp = f"{' '.join(parts[1:3])} {parts[0]} {parts[-1]}"
    time_us = in_named_zone(device_us(stamp), str(own.get("device_zone", "")))
    return Parts(fields, source, time_us, str(own.get("device", "")))
