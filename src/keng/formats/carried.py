"""Text formats that stand in a line of their own or as the message of a syslog line, and how each is told at once.

A message is told by its program or by its first characters, a bare line by its first characters: of the formats below
only those are asked that can be meant, so an ordinary syslog line costs a look-up and a comparison.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from keng.formats import (
    application,
    bind,
    cef,
    checkpoint,
    cisco,
    clamav,
    dhcpd,
    dnsmasq,
    dovecot,
    exim,
    filterlog,
    haproxy,
    huawei,
    ids_alert,
    juniper,
    key_value,
    leef,
    macos_text,
    mikrotik,
    mssql,
    mysql,
    openvpn,
    oracle,
    paloalto,
    postfix,
    postgresql,
    squid,
    vsftpd,
    web_error,
    windows_dns,
)

Reader = Callable[[str], dict[str, Any] | None]
Found = tuple[str, dict[str, Any]]


class TextFormat(NamedTuple):
    """Name in the registry, and the reader of a text (None: it is something else)."""

    name: str
    fields_of: Reader


CEF = TextFormat("cef", cef.fields_of)
LEEF = TextFormat("leef", leef.fields_of)
KEY_VALUE = TextFormat("key_value", key_value.fields_of)
PALOALTO = TextFormat("paloalto", paloalto.fields_of)
CISCO = TextFormat("cisco", cisco.fields_of)
FILTERLOG = TextFormat("filterlog", filterlog.fields_of)
MIKROTIK = TextFormat("mikrotik", mikrotik.fields_of)
WEB_ERROR = TextFormat("web_error", web_error.fields_of)
SQUID = TextFormat("squid", squid.fields_of)
WINDOWS_DNS = TextFormat("windows_dns", windows_dns.fields_of)
BIND = TextFormat("bind", bind.fields_of)
DNSMASQ = TextFormat("dnsmasq", dnsmasq.fields_of)
DHCPD = TextFormat("dhcpd", dhcpd.fields_of)
POSTFIX = TextFormat("postfix", postfix.fields_of)
DOVECOT = TextFormat("dovecot", dovecot.fields_of)
OPENVPN = TextFormat("openvpn", openvpn.fields_of)
MYSQL = TextFormat("mysql", mysql.fields_of)
POSTGRESQL = TextFormat("postgresql", postgresql.fields_of)
HUAWEI = TextFormat("huawei", huawei.fields_of)
JUNIPER = TextFormat("juniper", partial(juniper.message_fields, "rpd"))
VSFTPD = TextFormat("vsftpd", vsftpd.fields_of)
CLAMAV = TextFormat("clamav", clamav.fields_of)
CHECKPOINT = TextFormat("checkpoint", checkpoint.fields_of)
HAPROXY = TextFormat("haproxy", haproxy.fields_of)
APPLICATION = TextFormat("application", application.fields_of)
EXIM = TextFormat("exim", exim.fields_of)
MSSQL = TextFormat("mssql", mssql.fields_of)
IDS_ALERT = TextFormat("ids_alert", ids_alert.fields_of)
MACOS = TextFormat("macos_unified", macos_text.fields_of)
ORACLE = TextFormat("oracle", oracle.fields_of)

TEXT_FORMATS = (
    CEF, LEEF, PALOALTO, CISCO, FILTERLOG, MIKROTIK, WEB_ERROR, SQUID, WINDOWS_DNS, BIND, DNSMASQ, DHCPD, POSTFIX,
    DOVECOT, OPENVPN, MYSQL, POSTGRESQL, HUAWEI, JUNIPER, VSFTPD, CLAMAV, CHECKPOINT, HAPROXY, APPLICATION, EXIM, MSSQL, ORACLE, IDS_ALERT,
    KEY_VALUE,
)  # fmt: skip

_NAMED = TextFormat("bind", bind.message_fields)
_UNBOUND = TextFormat("bind", bind.unbound_fields)
_POSTGRES = TextFormat("postgresql", postgresql.message_fields)
_OPENVPN = TextFormat("openvpn", openvpn.message_fields)
_EXIM = TextFormat("exim", exim.message_fields)
_DHCP_SERVER = TextFormat("dhcpd", dhcpd.windows_fields)
_JUNOS_KERNEL = TextFormat("juniper", partial(juniper.message_fields, "kernel"))
_BY_PROGRAM = {
    "dnsmasq": DNSMASQ, "dnsmasq-dhcp": DNSMASQ, "pihole-ftl": DNSMASQ, "named": _NAMED, "unbound": _UNBOUND, "dhcpd": DHCPD,
    "kea-dhcp4": DHCPD, "kea-dhcp6": DHCPD, "dovecot": DOVECOT, "openvpn": _OPENVPN, "ovpn-server": _OPENVPN,
    "filterlog": FILTERLOG, "nginx": WEB_ERROR, "apache2": WEB_ERROR, "apache": WEB_ERROR, "httpd": WEB_ERROR,
    "squid": SQUID, "(squid-1)": SQUID, "mysqld": MYSQL, "mariadbd": MYSQL, "mysql-server_auditing": MYSQL,
    "postgres": _POSTGRES, "postgresql": _POSTGRES,
    "suricata": IDS_ALERT, "snort": IDS_ALERT, "barnyard2": IDS_ALERT, "exim": _EXIM, "exim4": _EXIM, "haproxy": HAPROXY, "sfims": TextFormat("cisco", cisco.event_fields),
    "vsftpd": TextFormat("vsftpd", vsftpd.message_fields), "clamd": TextFormat("clamav", clamav.message_fields),
    **{name: TextFormat("juniper", partial(juniper.message_fields, name)) for name in juniper.DAEMONS},
    **{name: TextFormat("application", partial(application.message_fields, name)) for name in application.PROGRAMS},
}  # fmt: skip
# Programs of every Linux whose messages are never one of these: nothing is asked.
_PLAIN = frozenset((
    "sshd", "sshd-session", "sudo", "su", "CRON", "cron", "crond", "systemd", "systemd-logind", "systemd-resolved",
    "systemd-networkd", "systemd-timesyncd", "dbus-daemon", "NetworkManager", "polkitd", "rsyslogd", "useradd", "usermod",
    "userdel", "groupadd", "passwd", "login", "chronyd", "ntpd", "snapd", "udisksd", "anacron", "run-parts",
))  # fmt: skip
_DOVECOT_SERVICES = ("imap-login", "pop3-login", "submission-login", "managesieve-login", "lmtp-login")
_BY_FIRST: dict[str, tuple[TextFormat, ...]] = {
    "C": (CEF,),
    "L": (LEEF,),
    "[": (WEB_ERROR, CHECKPOINT, _UNBOUND, IDS_ALERT),
    "%": (CISCO,),
    "<": (MYSQL,),
    "*": (CISCO,),
    ":": (CISCO,),
    "R": (CISCO,),
    **dict.fromkeys(
        "0123456789",
        (
            PALOALTO,
            WEB_ERROR,
            SQUID,
            WINDOWS_DNS,
            BIND,
            MYSQL,
            CISCO,
            POSTGRESQL,
            _DHCP_SERVER,
            HAPROXY,
            IDS_ALERT,
        ),
    ),
    "O": (ORACLE,),
    "/": (CLAMAV, MYSQL, APPLICATION),
    "\t": (MYSQL, APPLICATION),
    "#": (MYSQL,),
    " ": (APPLICATION,),
    **dict.fromkeys("MWFS", (OPENVPN, VSFTPD, CLAMAV)),
    "T": (OPENVPN, VSFTPD, CLAMAV, MYSQL),
}
# What begins like a syslog line with an ISO time, but is none.
_KEA = TextFormat("dhcpd", dhcpd.line_fields)
_DATED = (MACOS, WINDOWS_DNS, POSTGRESQL, _KEA, MYSQL, BIND, OPENVPN, MIKROTIK, MSSQL, EXIM, APPLICATION)
_NUMBER = (
    WEB_ERROR,
    SQUID,
    WINDOWS_DNS,
    BIND,
    MYSQL,
    POSTGRESQL,
    APPLICATION,
    _DHCP_SERVER,
    HAPROXY,
    IDS_ALERT,
)
_BRACKET = (WEB_ERROR, APPLICATION)
_WEEKDAY = (OPENVPN, VSFTPD, CLAMAV)
_FILE_LINE = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d|\d{4}/\d\d/\d\d \d|\d{8} \d\d:|\d\d?[/.\-][A-Za-z0-9]{1,3}[/.\-]\d\d|\d{10}\.\d{3} |[0-9.]{7,15}(?::\d{1,5})? |[0-9A-Fa-f:]{4,39} - |"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d |"
    r"\[(?:[A-Z][a-z]{2} [A-Z][a-z]{2} |\d{4}-\d\d-\d\d )|[MTWFS][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:",
    re.ASCII,
)
_ROUTEROS = TextFormat("mikrotik", mikrotik.message_fields)
_TOPICS = re.compile(r"[a-z\-]{2,16},[a-z]")
_MAX_PREFIX = 128


def of_message(program: str, message: str) -> Found | None:
    """The format and fields of a syslog message, if one of these stands in it."""
    if program in _PLAIN:
        return None
    name = program.rpartition("/")[2].casefold() if "/" in program else program.casefold()
    known = _BY_PROGRAM.get(name)
    if known is not None:
        return _asked(known, message)
    if name in ("cef", "leef") and message.lstrip(" ").startswith(("CEF:", "LEEF:")):
        start = message.lstrip(" ")
        return _asked(CEF if start[0] == "C" else LEEF, start)
    if name in ("cef", "leef") or (program[:1] == "%" and program[:2] != "%%"):
        # The syslog reader took the beginning for a program.
        return _asked(
            CISCO if program[:1] == "%" else CEF if name == "cef" else LEEF,
            f"{program}: {message}" if program[:1] == "%" else f"{program.upper()}:{message}",
        )
    if program[:2] == "%%":
        return _asked(HUAWEI, f"{program}: {message}")
    if name == "kernel":
        return _asked(_JUNOS_KERNEL, message) if message[:12] == "tcp_auth_ok:" else None
    if program.startswith("postfix"):
        return _asked(POSTFIX, message)
    if name in _DOVECOT_SERVICES or message.lstrip(" ").startswith(dovecot.LEVELS):
        return _asked(DOVECOT, f"{program}: {message.lstrip(' ')}")
    if name.startswith(("ovpn-", "openvpn-", "openvpn_", "openvpn(")):
        return _asked(_OPENVPN, message)
    start = message.lstrip(" ")
    if not program and start[:2] == ": " and start[2:3].isdigit():
        start = start[2:]
    first = start[:1]
    if start.startswith(key_value.STARTS) and (found := key_value.fields_of(start)):
        return KEY_VALUE.name, found
    if first == "C" and start[:4] == "CEF:":
        return _asked(CEF, start)
    if first == "O" and start[:7] == "Oracle ":
        return _asked(ORACLE, start)
    if first == "L" and start[:5] == "LEEF:":
        return _asked(LEEF, start)
    if first == "[" and ':"' in start[:80]:
        return _asked(CHECKPOINT, start)
    if start[:2] == "%%":
        return _asked(HUAWEI, start)
    if "%" in start[:_MAX_PREFIX] and (
        program.isdigit() or (first and first in "%*:.") or "/CPU" in start[:48]
    ):
        return _asked(CISCO, start)
    if first.isdigit() and start.count(",", 0, 256) >= 4:
        return _asked(PALOALTO, start)
    if not program or name in ("firewall", "system", "mikrotik", "account"):
        return _network(program, start)
    if (start[:3] == "in:" or " in:" in start[:160]) and "->" in start and " proto " in start:
        # RouterOS without topics: the chain, or the prefix that a rule has, was taken for a program.
        return _asked(_ROUTEROS, f"{program}: {start}")
    return None


def _network(program: str, text: str) -> Found | None:
    """Devices that write no program, or topics in its place."""
    if _TOPICS.match(text):
        return _asked(MIKROTIK, text)
    if "%" in text[:_MAX_PREFIX] and (found := _asked(CISCO, text)):
        return found
    if "->" in text or " via " in text or " assigned " in text:
        return _asked(_ROUTEROS, text)
    return None


def of_dated(text: str) -> Found | None:
    """A line that begins with an ISO date and is no syslog line."""
    for each in _DATED:
        if found := each.fields_of(text):
            return each.name, found
    return None


def may_be_line(message: str) -> bool:
    """Whether a syslog message begins as only a line of another program's file does: with a date, an address, a bracket."""
    return _FILE_LINE.match(message) is not None


def is_plain(program: str) -> bool:
    """Is this a program whose messages are never a line of another's file?"""
    return program in _PLAIN


def of_forwarded(line: str) -> Found | None:
    """A line of another program's file, behind a header that a forwarder made."""
    first = line[:1]
    formats = (
        _WEEKDAY if first.isalpha() else _BRACKET if first == "[" else _DATED if line[4:5] == "-" else _NUMBER
    )
    for each in formats:
        if found := each.fields_of(line):
            return each.name, found
    return None


def of_line(text: str) -> Found | None:
    """A line without a syslog header."""
    for each in _BY_FIRST.get(text[:1], ()):
        if found := each.fields_of(text):
            return each.name, found
    if "=" in text[:256] and (found := key_value.fields_of(text)):
        return KEY_VALUE.name, found
    if (_TOPICS.match(text) or text[3:4] == "/" or text[2:3] == ":") and (found := mikrotik.fields_of(text)):
        return MIKROTIK.name, found
    if "%" in text[:_MAX_PREFIX]:
        if found := huawei.fields_of(text):
            return HUAWEI.name, found
        if found := cisco.fields_of(text):
            return CISCO.name, found
    if found := application.fields_of(text):
        return APPLICATION.name, found
    return None


def _asked(each: TextFormat, text: str) -> Found | None:
    fields = each.fields_of(text)
    return None if fields is None else (each.name, fields)
