"""Syslog entries to Sigma's linux sources: the service by the program, and what its logons say as fields.

The narrowest service that Sigma names: sshd, sudo, cron, vsftpd, clamav, guacamole, auth, else syslog.
Fields: hostname, program, pid, message, facility, severity, and what `logons` finds (User, src_ip, outcome, …).
Firewall lines become what `firewall` says.
"""

from typing import Any

import orjson

from keng.model.event import LogSource
from keng.normalise.antivirus import SOURCE as ANTIVIRUS
from keng.normalise.antivirus import SYMANTEC, symantec_fields
from keng.normalise.firewall import firewall_fields
from keng.normalise.flatten import flatten
from keng.normalise.logons import OTHERS, add_logon
from keng.normalise.parts import Parts
from keng.normalise.vpn import PROGRAMS, WIREGUARD, add_vpn
from keng.normalise.when import syslog_us

_SERVICE_OF = {
    "sshd": "sshd",
    "sshd-session": "sshd",
    "sshd-auth": "sshd",
    "sudo": "sudo",
    "cron": "cron",
    "crond": "cron",
    "crontab": "cron",
    "anacron": "cron",
    "vsftpd": "vsftpd",
    "clamd": "clamav",
    "freshclam": "clamav",
    "guacd": "guacamole",
    **dict.fromkeys(
        (
            "su",
            "login",
            "systemd-logind",
            "useradd",
            "userdel",
            "usermod",
            "groupadd",
            "groupdel",
            "passwd",
            "chpasswd",
            "chage",
            "gdm-password]",
            "polkitd",
            "pkexec",
            "dovecot-auth",
            "saslauthd",
            "dropbear",
            "doas",
            "pkexec",
        ),
        "auth",
    ),
}
_SOURCES = {name: LogSource("linux", name) for name in {*_SERVICE_OF.values(), "syslog"}}
_AUTH_FACILITIES = (4, 10)
_LOGONS = ("sshd", "sudo", "auth", "cron")


def syslog_parts(record: dict[str, Any], reference_us: int) -> Parts:
    """One syslog entry; `reference_us` tells the year where the log does not (see `when.syslog_us`)."""
    fields = {key: value for key, value in record.items() if key not in ("structured_data", "@host")}
    for name, pairs in record.get("structured_data", {}).items():
        for key, value in pairs.items():
            fields[f"{name}.{key}"] = value
    program = str(fields.get("program", "")).rsplit("/", 1)[-1]
    base = program.partition("(")[0].casefold()
    service = _SERVICE_OF.get(base)
    if service is None:
        service = "auth" if fields.get("facility") in _AUTH_FACILITIES else "syslog"
    message = fields.get("message", "")
    time_us = syslog_us(str(fields.get("timestamp", "")), reference_us)
    host = str(record.get("hostname") or record.get("@host") or "")
    if base in SYMANTEC and (finding := symantec_fields(message)) is not None:
        return Parts({**fields, **finding}, ANTIVIRUS, time_us, str(finding.get("Computer") or host))
    if message[:1] == "{":
        _add_json(message, fields)
    if service == "syslog" and (firewall := firewall_fields(message)):
        return Parts({**fields, **firewall[0]}, firewall[1], time_us, host)
    if service in _LOGONS or base in OTHERS or "pam_" in message:
        add_logon(base, message, fields)
    elif base in PROGRAMS or (base == "kernel" and WIREGUARD in message[:64]):
        add_vpn(message, fields)
    return Parts(fields, _SOURCES[service], time_us, host)


def _add_json(message: str, fields: dict[str, Any]) -> None:
    """What an application says as JSON, beside what the header says."""
    try:
        said = orjson.loads(message)
    except orjson.JSONDecodeError:
        return
    for name, value in flatten(said).items():
        fields.setdefault(name, value)
