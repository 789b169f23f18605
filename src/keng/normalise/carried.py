"""Text formats that may have stood in a syslog line: what the product's file says, completed by the line's header.

From the header come the time and the host where the entry has none of its own, and hostname, program, pid, facility and
severity where it has no such fields. What names no Linux of its own (a database, a web server, a proxy) is, in a server's
syslog, a service of product linux: the engine shows it to the rules of both.
A time without a year is told by `reference_us` (see `when.syslog_us`).
"""

from collections.abc import Callable
from typing import Any

from keng.model.event import LogSource
from keng.normalise.application import application_parts
from keng.normalise.cef import cef_parts
from keng.normalise.checkpoint import checkpoint_parts
from keng.normalise.cisco import cisco_parts
from keng.normalise.clock import in_named_zone, is_zone
from keng.normalise.daemons import clamav_parts, daemon_parts, vsftpd_parts
from keng.normalise.database import database_parts
from keng.normalise.dns_log import bind_parts, dnsmasq_parts, windows_dns_parts
from keng.normalise.filterlog import filterlog_parts
from keng.normalise.haproxy import haproxy_parts
from keng.normalise.ids_alert import ids_alert_parts
from keng.normalise.key_value import key_value_parts
from keng.normalise.mikrotik import mikrotik_parts
from keng.normalise.paloalto import paloalto_parts
from keng.normalise.parts import Parts
from keng.normalise.routers import huawei_parts, juniper_parts
from keng.normalise.squid import squid_parts
from keng.normalise.w3c import w3c_parts
from keng.normalise.web_error import web_error_parts
from keng.normalise.when import syslog_us

HEADER = "@syslog"
CARRIED: dict[str, Callable[[dict[str, Any]], Parts]] = {
    "cef": cef_parts,
    "leef": cef_parts,
    "key_value": key_value_parts,
    "paloalto": paloalto_parts,
    "cisco": cisco_parts,
    "filterlog": filterlog_parts,
    "mikrotik": mikrotik_parts,
    "w3c_extended": w3c_parts,
    "web_error": web_error_parts,
    "squid": squid_parts,
    "windows_dns": windows_dns_parts,
    "bind": bind_parts,
    "dnsmasq": dnsmasq_parts,
    "dhcpd": daemon_parts,
    "postfix": daemon_parts,
    "dovecot": daemon_parts,
    "openvpn": daemon_parts,
    "mysql": database_parts,
    "postgresql": database_parts,
    "checkpoint": checkpoint_parts,
    "haproxy": haproxy_parts,
    "huawei": huawei_parts,
    "juniper": juniper_parts,
    "vsftpd": vsftpd_parts,
    "clamav": clamav_parts,
    "application": application_parts,
    "ids_alert": ids_alert_parts,
    "exim": daemon_parts,
    "mssql": database_parts,
    "oracle": database_parts,
}
_SERVICES = {
    "mysql": "sql",
    "postgresql": "sql",
    "mssql": "sql",
    "oracle": "sql",
    "squid": "squid",
    "web_error": "",
    "haproxy": "",
    "application": "",
}
_KEPT = ("hostname", "program", "pid", "facility", "severity")


def carried_parts(name: str, record: dict[str, Any], reference_us: int) -> Parts:
    """One entry of a format in CARRIED."""
    own = {key: value for key, value in record.items() if key[:1] != "@"}
    header = record.get(HEADER)
    if isinstance(header, dict) and isinstance(data := header.get("structured_data"), dict):
        own = {**_structured(data), **own}
        own.setdefault("msgid", header.get("msgid", ""))
    fields, source, time_us, host = CARRIED[name](own)
    host = host or str(record.get("@host") or "")
    if isinstance(header, dict):
        for key in _KEPT:
            if key in header and not (key == "program" and _is_tag(header[key])):
                fields.setdefault(key, header[key])
        if not time_us:
            time_us = syslog_us(str(header.get("timestamp", "")), reference_us)
            if name == "cisco" and time_us.__class__ is not int:
                # An ASA may name its zone where others write a program.
                time_us = in_named_zone(time_us, str(header.get("program", "")))
        host = str(header.get("hostname") or "") or host
        if name in _SERVICES:
            source = LogSource(
                "linux", source.service or _SERVICES[name] or source.product, source.categories
            )
    elif not time_us and "device_time" in own:
        time_us = in_named_zone(
            syslog_us(str(own["device_time"]), reference_us), str(own.get("device_zone", ""))
        )
    return Parts(fields, source, time_us, host)


def _is_tag(program: Any) -> bool:
    """Did the syslog reader take the beginning of the message itself for a program?"""
    return str(program)[:1] == "%" or str(program).casefold() in ("cef", "leef") or is_zone(str(program))


def _structured(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for pairs in data.values() if isinstance(pairs, dict) for key, value in pairs.items()}
