"""Palo Alto Networks PAN-OS: its column names stay; beside them Sigma's generic names.

TRAFFIC         category firewall     src_ip, src_port, dst_ip, dst_port, action, proto, blocked
THREAT          category firewall; url also proxy (c-uri, cs-host, …); virus, wildfire also antivirus (Signature, Filename)
SYSTEM and GLOBALPROTECT of the portal: service globalprotect, category appliance; the description is "message"
"""

import re
from typing import Any

from keng.model.event import LogSource
from keng.normalise.clock import device_us
from keng.normalise.http import add_agent, add_uri
from keng.normalise.parts import Parts
from keng.normalise.verdict import add_verdict, renamed

_NAMES = (
    ("src", "src_ip"), ("dst", "dst_ip"), ("sport", "src_port"), ("dport", "dst_port"), ("public_ip", "src_ip"),
    ("srcuser", "User"), ("admin", "User"), ("opaque", "message"),
)  # fmt: skip
_APPLIANCE = ("appliance",)
_PLACE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:]{3,39}")
_USER = re.compile(r"[Uu]ser(?:name)?:? ?['\"]?([^\s'\"]{1,128})['\"]?")
_FROM = re.compile(r"[Ff]rom:? ((?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9A-Fa-f:]{3,39})\b")


def paloalto_parts(own: dict[str, Any]) -> Parts:
    """One entry of any type."""
    fields = {**own, **renamed(own, _NAMES)}
    kind, subtype = str(own.get("type", "")), str(own.get("subtype", ""))
    service = kind.lower()
    categories: tuple[str, ...] = ()
    if kind in ("TRAFFIC", "THREAT", "DECRYPTION"):
        categories = ("firewall",)
        add_verdict(fields)
    if kind == "THREAT" and subtype == "url":
        categories = ("firewall", "proxy")
        url = str(own.get("misc", ""))
        add_uri(fields, url if "://" in url[:12] else f"http://{url}")
        fields["cs-host"] = url.partition("/")[0]
        add_agent(fields, own.get("user_agent"))
        fields.update(renamed(own, (("referer", "cs-referer"), ("src", "c-ip"))))
    elif kind == "THREAT" and subtype in ("virus", "wildfire", "wildfire-virus", "ml-virus"):
        categories = ("antivirus", "firewall")
        fields.update(renamed(own, (("threatid", "Signature"), ("misc", "Filename"))))
    elif kind == "GLOBALPROTECT" or "globalprotect" in f"{subtype}{own.get('eventid', '')}".casefold():
        service, categories = "globalprotect", _APPLIANCE
        if kind == "GLOBALPROTECT" and own.get("status") in ("success", "failure"):
            fields["outcome"] = own["status"]
    if kind == "SYSTEM":
        _system(str(own.get("opaque", ""))[:2048], str(own.get("eventid", "")), fields)
    time_us = device_us(str(own.get("generated_time") or own.get("receive_time") or ""))
    if kind == "CONFIG":
        _config(own, fields)
    elif kind == "AUTHENTICATION":
        _system(f"auth {own.get('event', '')}", "", fields)
    host = own.get("device_name") or own.get("serial", "")
    return Parts(fields, LogSource("paloalto", service, categories), time_us, str(host))


def _config(own: dict[str, Any], fields: dict[str, Any]) -> None:
    """The change: from where, and whether it was made."""
    if (place := str(own.get("host", ""))) and _PLACE.fullmatch(place):
        fields["src_ip"] = place
    result = str(own.get("result", "")).casefold()
    if result:
        fields["outcome"] = "success" if result in ("succeeded", "submitted") else "failure"
    fields["CommandLine"] = f"{own.get('cmd', '')} {str(own.get('path', '')).strip()}".strip()


def _system(text: str, event: str, fields: dict[str, Any]) -> None:
    """What the description says of a logon."""
    lower = f"{event} {text}".casefold()
    if "auth" not in lower and "log" not in lower:
        return
    if user := _USER.search(text):
        fields["User"] = user[1].rstrip(".,")
    if source := _FROM.search(text):
        fields["src_ip"] = source[1]
    if "fail" in lower:
        fields["outcome"] = "failure"
    elif "success" in lower or "succeeded" in lower or "logged in" in lower:
        fields["outcome"] = "success"
