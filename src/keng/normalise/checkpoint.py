"""Check Point: category firewall where two ends and an action are named, proxy with a URL, antivirus with a malware's name."""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.http import add_uri
from keng.normalise.parts import Parts
from keng.normalise.verdict import add_verdict, number, renamed
from keng.normalise.when import epoch_us

_NAMES = (
    ("src", "src_ip"), ("dst", "dst_ip"), ("s_port", "src_port"), ("user", "User"), ("src_user_name", "User"),
    ("administrator", "User"), ("client_ip", "src_ip"), ("virus_name", "Signature"),
    ("malware_name", "Signature"), ("protection_name", "Signature"), ("file_name", "Filename"), ("method", "cs-method"),
    ("web_client_type", "cs-user-agent"), ("service_id", "service_name"),
)  # fmt: skip


_ANTIVIRUS = (
    "Anti-Virus",
    "Anti-Bot",
    "Anti Malware",
    "Threat Emulation",
    "Threat Extraction",
    "Endpoint Anti-Malware",
)


def checkpoint_parts(own: dict[str, Any]) -> Parts:
    """One entry."""
    fields = {**own, **renamed(own, _NAMES)}
    if "src_port" in fields:
        fields["src_port"] = number(fields["src_port"])
    if str(own.get("service", "")).isdecimal():
        fields["dst_port"] = number(own["service"])
    categories = set()
    if "src_ip" in fields and "dst_ip" in fields and "action" in fields:
        categories.add("firewall")
    if isinstance(url := own.get("resource"), str) and url:
        add_uri(fields, url)
        categories.add("proxy")
    if (
        "malware_name" in own
        or "virus_name" in own
        or ("Signature" in fields and own.get("product") in _ANTIVIRUS)
    ):
        categories.add("antivirus")
    add_verdict(fields)
    if own.get("auth_status") or "log in" in str(own.get("action", "")).lower():
        failed = "fail" in f"{own.get('auth_status', '')} {own.get('action', '')}".lower()
        fields["outcome"] = "failure" if failed else "success"
    host = str(own.get("origin_sic_name") or own.get("origin") or "")
    time_us = epoch_us(own.get("time"))
    return Parts(
        fields,
        LogSource("checkpoint", str(own.get("product", "")).lower(), tuple(sorted(categories))),
        time_us,
        host,
    )
