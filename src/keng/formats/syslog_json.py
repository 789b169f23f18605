"""Syslog entries that a shipper has taken apart: journald's JSON, Fluent Bit, Vector, Logstash, rsyslog, syslog-ng.

    {"MESSAGE": "Failed password …", "SYSLOG_IDENTIFIER": "sshd", "_PID": "7", "_HOSTNAME": "srv", "PRIORITY": "6", …}
    {"message": "Failed password …", "appname": "sshd", "procid": 7, "hostname": "srv", "severity": "info", …}

An object counts as such if it has a text, a program, and one more thing that only syslog has. Fields: those of `syslog`
(timestamp, hostname, program, pid, message, facility, severity); journald's own names stay beside them.
"""

from typing import Any

NAME = "syslog_json"
_TEXTS = ("MESSAGE", "message", "msg", "log")
_PROGRAMS = (
    "SYSLOG_IDENTIFIER", "appname", "app_name", "app-name", "ident", "programname", "program", "PROGRAM", "syslogtag",
    "syslog_program", "_COMM",
)  # fmt: skip
_SIGNS = (
    "PRIORITY", "SYSLOG_FACILITY", "facility", "severity", "pri", "priority", "procid", "syslogfacility-text",
    "syslogseverity-text", "PID", "syslog_pid", "syslog_facility", "FACILITY", "_PID", "facility_label",
)  # fmt: skip
_HOSTS = ("_HOSTNAME", "hostname", "host", "HOST", "logsource", "syslog_hostname", "fromhost")
_PIDS = ("SYSLOG_PID", "_PID", "procid", "pid", "PID", "syslog_pid")
_TIMES = (
    "_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP", "timestamp", "@timestamp", "time", "timereported", "ISODATE", "DATE",
    "syslog_timestamp",
)  # fmt: skip
_FACILITIES = {
    name: number
    for number, name in enumerate((
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp",
        "security", "console", "solaris-cron", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ))
}  # fmt: skip


def fields_of(value: dict[str, Any]) -> dict[str, Any] | None:
    """The syslog fields of an object; None if it is no syslog entry."""
    text = _first(value, _TEXTS)
    if type(text) is list and "__REALTIME_TIMESTAMP" in value:
        text = _of_bytes(text)
    program = _first(value, _PROGRAMS)
    ecs = _ecs_program(value) if program is None else ""
    if ecs:
        program = ecs
    elif not any(sign in value for sign in _SIGNS):
        return None
    if not isinstance(text, str) or not isinstance(program, str):
        return None
    name, bracket, rest = program.rstrip(": ").partition("[")
    fields: dict[str, Any] = {"message": text, "program": name}
    if bracket and rest.endswith("]"):
        fields["pid"] = rest[:-1]
    if (pid := _first(value, _PIDS)) is not None:
        fields["pid"] = str(pid)
    if isinstance(host := _first(value, _HOSTS), str):
        fields["hostname"] = host
    elif isinstance(host, dict) and isinstance(own := host.get("name") or host.get("hostname"), str):
        fields["hostname"] = own
    if (time := _first(value, _TIMES)) is not None:
        fields["timestamp"] = time
    facility = _first(
        value, ("SYSLOG_FACILITY", "facility", "syslogfacility-text", "syslog_facility", "FACILITY")
    )
    if isinstance(facility, str):
        facility = (
            int(facility)
            if facility.isascii() and facility.isdigit() and len(facility) < 4
            else _FACILITIES.get(facility.lower())
        )
    if isinstance(facility, int) and not isinstance(facility, bool):
        fields["facility"] = facility
    # journald's trusted names (_UID, _EXE, _CMDLINE, _SYSTEMD_UNIT) say more than the message.
    fields.update(
        (key, item) for key, item in value.items() if key[:1] == "_" and isinstance(item, str | int)
    )
    return fields


def _ecs_program(value: dict[str, Any]) -> str:
    """The program of an entry of the system log under Elastic's names (Filebeat's and Elastic Agent's module "system")."""
    event, process, log = value.get("event"), value.get("process"), value.get("log")
    dataset = event.get("dataset") if type(event) is dict else value.get("event.dataset")
    syslog = type(log) is dict and "syslog" in log
    if dataset not in ("system.auth", "system.syslog") and not syslog:
        return ""
    name = process.get("name") if type(process) is dict else value.get("process.name")
    return name if type(name) is str else ""


def _of_bytes(numbers: list[Any]) -> str | None:
    """journald writes what is not plain text as a list of bytes."""
    if not all(type(one) is int and 0 <= one < 256 for one in numbers):
        return None
    return bytes(numbers).decode("utf-8", "replace")


def _first(value: dict[str, Any], names: tuple[str, ...]) -> Any:
    for name in names:
        if (found := value.get(name)) not in (None, ""):
            return found
    return None
