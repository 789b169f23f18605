"""Syslog lines: RFC 5424 for servers, RFC 3164 for firewalls; times are UTC."""

from keng.demo.actions import SyslogLine
from keng.demo.wire.moment import Moment


def rfc5424(moment: Moment, facility: int, severity: int, program: str, pid: str, text: str) -> bytes:
    """`<PRI>1 TIME HOST APP PROCID MSGID SD MSG`, UTF-8."""
    head = f"<{facility * 8 + severity}>1 {moment.iso} {moment.host.name} {program} {pid or '-'} - -"
    return f"{head} {text}".encode()


def rfc3164(moment: Moment, facility: int, severity: int, text: str) -> bytes:
    """`<PRI>Mmm dd hh:mm:ss HOST MSG`, UTF-8."""
    stamp = f"{moment.when:%b} {moment.when.day:2d} {moment.when:%H:%M:%S}"
    return f"<{facility * 8 + severity}>{stamp} {moment.host.name} {text}".encode()


def syslog_line(action: SyslogLine, moment: Moment) -> list[bytes]:
    """What a Unix program logs, as rsyslog forwards it in RFC 5424."""
    pid = moment.fill("{pid}") if action.pid else ""
    program = moment.fill(action.program)
    return [rfc5424(moment, action.facility, action.severity, program, pid, moment.fill(action.text))]
