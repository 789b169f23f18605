"""Syslog entries to Sigma's linux sources: the service by the program, and what sshd, sudo and PAM say as fields.

The narrowest service that Sigma names: sshd, sudo, cron, vsftpd, clamav, guacamole, auth, else syslog.
Fields: hostname, program, pid, message, facility, severity, and for logons User, src_ip, src_port,
auth_method, outcome ("success" or "failure"); for sudo TTY, PWD, USER, COMMAND as sudo writes them.
Firewall lines become what `firewall` says.
"""

import re
from typing import Any

from keng.model.event import LogSource
from keng.normalise.firewall import firewall_fields
from keng.normalise.parts import Parts
from keng.normalise.when import syslog_us

_SERVICE_OF = {
    "sshd": "sshd",
    "sshd-session": "sshd",
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
        ),
        "auth",
    ),
}
_SOURCES = {name: LogSource("linux", name) for name in {*_SERVICE_OF.values(), "syslog"}}
_AUTH_FACILITIES = (4, 10)
_SSHD = re.compile(
    r"(Accepted|Failed) (\S{1,64}) for (?:invalid user )?(.{0,256}?) from (\S{1,64}) port (\d{1,5})", re.ASCII
)
_SSHD_INVALID = re.compile(
    r"(?:Invalid|Illegal) user (.{0,256}?) from (\S{1,64})(?: port (\d{1,5}))?", re.ASCII
)
_SUDO_PAIR = re.compile(r"(TTY|PWD|USER|GROUP|ENV|COMMAND)=(.*?)(?= ; [A-Z]{2,8}=|$)")
_PAM_PAIR = re.compile(r"\b(rhost|user|ruser|tty|logname)=(\S{1,256})")


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
    if service == "syslog" and (firewall := firewall_fields(message)):
        return Parts({**fields, **firewall[0]}, firewall[1], time_us, host)
    if service == "sshd":
        _sshd(message, fields)
    elif service == "sudo":
        _sudo(message, fields)
    if "authentication failure" in message and "pam_" in message:
        _pam(message, fields)
    return Parts(fields, _SOURCES[service], time_us, host)


def _sshd(message: str, fields: dict[str, Any]) -> None:
    if match := _SSHD.search(message):
        fields["outcome"] = "success" if match[1] == "Accepted" else "failure"
        fields["auth_method"], fields["User"], fields["src_ip"] = match[2], match[3], match[4]
        fields["src_port"] = int(match[5])
    elif match := _SSHD_INVALID.search(message):
        fields["User"], fields["src_ip"], fields["outcome"] = match[1], match[2], "failure"
        if match[3]:
            fields["src_port"] = int(match[3])


def _sudo(message: str, fields: dict[str, Any]) -> None:
    user, colon, rest = message.strip().partition(" : ")
    if not colon:
        return
    fields["User"] = user
    for name, value in _SUDO_PAIR.findall(rest):
        fields.setdefault(name, value)
    if "incorrect password" in rest or "NOT in sudoers" in rest:
        fields["outcome"] = "failure"
    if "COMMAND" in fields:
        fields["CommandLine"] = fields["COMMAND"]


def _pam(message: str, fields: dict[str, Any]) -> None:
    found = dict(_PAM_PAIR.findall(message))
    fields.setdefault("outcome", "failure")
    if "user" in found:
        fields.setdefault("User", found["user"])
    if "rhost" in found:
        fields.setdefault("src_ip", found["rhost"])
