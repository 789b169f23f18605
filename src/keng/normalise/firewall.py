"""Firewall lines inside syslog: "key=value" bodies of FortiGate and its like, and of iptables, ufw and nftables.

    date=… time=… devname="fw01" type="traffic" srcip=10.0.0.1 srcport=65046 dstip=… dstport=443 proto=6 action="deny"
    [UFW BLOCK] IN=eth0 OUT= MAC=… SRC=10.0.0.1 DST=… LEN=40 PROTO=TCP SPT=65046 DPT=443

A body counts as such if it names a source and a destination address, is FortiGate's (devname, logid, type) or Sophos' (log_type, log_component).
Its own keys stay; beside them src_ip, src_port, dst_ip, dst_port, action, proto, blocked.
"""

import re
from typing import Any

from keng.model.event import LogSource
from keng.normalise.http import add_agent, add_uri, host_of
from keng.normalise.verdict import ALLOWED, REFUSED, add_verdict

_PAIR = re.compile(r'([A-Za-z_][A-Za-z0-9_.\-]{0,63})=("(?:[^"\\]|\\.)*+"|[^\s"]*)')
_MAX_PAIRS = 256
_NAMES = (
    (
        "src_ip",
        ("srcip", "SRC", "src", "src_ip", "source_ip", "sourceip", "srcaddr", "source_address", "remip"),
    ),
    ("dst_ip", ("dstip", "DST", "dst", "dst_ip", "dest_ip", "destip", "dstaddr", "destination_address")),
    ("src_port", ("srcport", "SPT", "spt", "s_port", "src_port", "sport", "source_port", "sourceport")),
    ("dst_port", ("dstport", "DPT", "dpt", "dst_port", "dport", "dest_port", "destport", "destination_port")),
    ("action", ("action", "act", "fw_action")),
    ("proto", ("proto", "PROTO", "protocol")),
)
_PLACE = re.compile(
    r"((?:[0-9]{1,3}\.){3}[0-9]{1,3}):(\d{1,5})(?::[\w\-]{0,32})?(?::[^\s:]{0,255})?", re.ASCII
)
_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_VERDICT = re.compile(r"(?<![A-Za-z])(BLOCK|DROP|REJECT|DENY|ACCEPT|ALLOW|AUDIT)", re.IGNORECASE)
_CATEGORY = ("firewall",)
_FORTIGATE = frozenset(("devname", "devid", "device_id", "vd", "subtype"))
_USERS = ("user_name", "usr", "user", "username")
_OUTCOMES = {"success": "success", "successful": "success", "failed": "failure", "failure": "failure"}


def firewall_fields(message: str) -> tuple[dict[str, Any], LogSource] | None:
    """The body's fields and log source; None if it is no firewall line."""
    if message.count("=") < 4:
        return None
    own: dict[str, Any] = {}
    for match in _PAIR.finditer(message):
        name, value = match.groups()
        own.setdefault(name, value[1:-1].replace('\\"', '"') if value[:1] == '"' else value)
        if len(own) >= _MAX_PAIRS:
            break
    return from_pairs(own, message)


def from_pairs(own: dict[str, Any], message: str) -> tuple[dict[str, Any], LogSource] | None:
    """The same of pairs that have been read; `message` is the text they stood in."""
    fields = _common(own)
    addresses = _is_address(fields.get("src_ip")) and _is_address(fields.get("dst_ip"))
    # Version 5.0 and older wrote log_id and device_id.
    fortigate = ("logid" in own or "log_id" in own) and "type" in own and not _FORTIGATE.isdisjoint(own)
    sophos = "log_component" in own and "log_type" in own
    if not addresses and not fortigate and not sophos:
        return None
    if fortigate:
        source = _fortigate(own, fields, addresses, message)
    elif "SRC" in own:
        source = LogSource("linux", "iptables", _CATEGORY)
        if verdict := _VERDICT.search(message[: message.find("IN=")] if "IN=" in message else message):
            fields.setdefault("action", verdict[1].lower())
    else:
        source = LogSource("", "", tuple(sorted((*_others(own, fields), *(_CATEGORY if addresses else ())))))
        if "action" not in fields and (word := _said(own)):
            # Sophos and Cyberoam: status="Deny" log_subtype="Denied"
            fields["action"] = word
    add_verdict(fields)
    return {**own, **fields}, source


def _fortigate(own: dict[str, Any], fields: dict[str, Any], addresses: bool, message: str) -> LogSource:
    """FortiGate's log type is the service; the VPN's process is a product of its own to SigmaHQ."""
    if "sslvpnd" in message:
        return LogSource("fortios", "sslvpnd")
    categories = set(_CATEGORY) if addresses else set()
    if own.get("subtype") == "virus" and own.get("virus"):
        fields["Signature"] = own["virus"]
        if own.get("filename"):
            fields["Filename"] = own["filename"]
        categories.add("antivirus")
    if own.get("hostname") and own.get("url"):
        add_uri(fields, str(own["url"]), str(own["hostname"]), str(own.get("service", "")).lower() or "http")
        fields["cs-host"] = own["hostname"]
        categories.add("proxy")
    if own.get("user"):
        fields["User"] = own["user"]
    if "action" not in fields and (word := _said(own)):
        fields["action"] = word
    action = str(own.get("action", ""))
    if action.endswith("login-fail") or action in ("auth-failed", "FSSO-logon-fail"):
        fields["outcome"] = "failure"
    elif action == "tunnel-up":
        fields["outcome"] = "success"
    if own.get("qname"):
        fields["query"], fields["record_type"] = own["qname"], own.get("qtype", "")
        if own.get("ipaddr"):
            fields["answer"] = own["ipaddr"]
        categories.add("dns")
    if outcome := _OUTCOMES.get(str(own.get("status", "")).casefold()):
        fields["outcome"] = outcome
    return LogSource("fortigate", str(own["type"]), tuple(sorted(categories)))


def _others(own: dict[str, Any], fields: dict[str, Any]) -> set[str]:
    """Users, malware and pages that Sophos, SonicWall and others name; the categories that they make."""
    categories = set()
    if user := next((own[name] for name in _USERS if own.get(name)), ""):
        fields["User"] = user
    if virus := own.get("virus") or own.get("malware"):
        fields["Signature"] = virus
        if file := own.get("filename") or own.get("file_name") or own.get("download_file_name"):
            fields["Filename"] = file
        categories.add("antivirus")
    url = str(own.get("url") or "")
    if url and "." in url:
        host = str(own.get("domainname") or own.get("domain") or own.get("hostname") or "")
        add_uri(fields, url, host)
        fields["cs-host"] = host or host_of(url)
        add_agent(fields, own.get("user_agent") or own.get("ua"))
        if own.get("method"):
            fields["cs-method"] = own["method"]
        if str(code := own.get("statuscode") or own.get("status_code") or "").isdecimal():
            fields["sc-status"] = int(code[:6])
        if "src_ip" in fields:
            fields["c-ip"] = fields["src_ip"]
        categories.add("proxy")
    if outcome := _OUTCOMES.get(str(own.get("status", "")).casefold()):
        fields["outcome"] = outcome
    return categories


def _said(own: dict[str, Any]) -> str:
    for name in ("log_subtype", "status"):
        word = str(own.get(name, "")).casefold()
        if word in REFUSED or word in ALLOWED:
            return word
    return ""


def _common(own: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, spellings in _NAMES:
        for spelling in spellings:
            if value := own.get(spelling):
                fields[name] = value
                break
    for end in ("src", "dst"):
        # SonicWall: address:port:interface
        if (place := _PLACE.fullmatch(str(fields.get(f"{end}_ip", "")))) is not None:
            fields[f"{end}_ip"] = place[1]
            fields.setdefault(f"{end}_port", place[2])
    for name in ("src_port", "dst_port"):
        text = fields.get(name, "")
        if text and text.isascii() and text.isdigit() and len(text) < 6:
            fields[name] = int(text)
    return fields


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and _ADDRESS.fullmatch(value) is not None
