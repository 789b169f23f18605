"""Syslog lines, as sent and as written to files.

RFC 5424      <PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG     "-" is absent
RFC 3164      <PRI>Mmm dd hh:mm:ss HOSTNAME TAG[PID]: MSG                             no year, no zone
in files      the same without <PRI>; newer rsyslog writes an ISO 8601 time instead, journalctl "Tue 2024-05-07 … +07"
of Unix       AIX puts "auth|security:info" before the tag, Solaris "[ID 800047 auth.info]" after it, FreeBSD <auth.info>
Sophos UTM    2026:11:24-10:11:12 HOSTNAME TAG[PID]: MSG
Kiwi          DATE TIME<TAB>Facility.Level<TAB>HOST<TAB>MSG
relayed       a header whose message is a line with a header of its own: the inner one is read

Read tolerantly: PRI, host name and tag may be missing, a year may stand before the month or after the day, the BOM before
MSG is dropped. A line with a PRI and no time at all is a message (RFC 3164, 4.3.3).
Fields: priority, facility, severity, timestamp, hostname, program, pid, msgid, structured_data, message.
"""

import re
from typing import Any

from keng.formats.base import Item, rejected
from keng.formats.text import decode
from keng.i18n import _
from keng.model.record import Record

_STAMP = (
    r"(?:(?:\d{4} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2}(?: \d{4})? \d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?Z| ?[+-]\d\d(?::?\d\d)?(?= ))?"
    r"|\d{4}:\d\d:\d\d-\d\d:\d\d:\d\d)"
)
_NEW = re.compile(
    r"(?:<(\d{1,3})>|(?=1 \d{4}-\d\d-\d\dT))1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32})(?: |$)"
)
_ELEMENT = re.compile(r'\[([^ =\]"]{1,64})((?: [^ =\]"]{1,64}="(?:[^"\\\]]|\\.)*+")*+) ?\]')
_PARAM = re.compile(r' ([^ =\]"]{1,64})="((?:[^"\\\]]|\\.)*+)"')
_OLD = re.compile(
    rf"(?:<(\d{{1,3}})>[ \t]{{0,2}})?(?:[A-Z][a-z]{{2}} (?=\d{{4}}-))?({_STAMP}) "
    r"(?:<(?:[a-z]\w{1,15}\.[a-z]{3,8}|\d{1,3})> )?"
    r"(?:(?!\S{1,128}?(?:\[\d{1,10}\])?: )([^\s:]\S{0,254}) )?"
    r"(?:([^\s:\[\]{}\"]{1,128})(?:\[(\d{1,10})\])?: ?)?",
    re.ASCII,
)
_LINE = re.compile(
    rf"(?:<\d{{1,3}}>[ \t]{{0,2}})?(?:1 \S+T\S+ |(?:[A-Z][a-z]{{2}} (?=\d{{4}}-))?{_STAMP}[ \t])", re.ASCII
)
_RELAYED = re.compile(rf"(?:<\d{{1,3}}>)?(?:1 (?=\d{{4}}-\d\d-\d\dT)|{_STAMP} \S{{1,255}} )", re.ASCII)
_BARE = re.compile(
    r"<(\d{1,3})>[ \t]{0,2}(?:([A-Za-z_(/][^\s:\[\]{}\"]{0,127}?)(?:\[(\d{1,10})\])?: )?(?=[^\s<])", re.ASCII
)
_KIWI = re.compile(
    rf"({_STAMP})\t([A-Za-z0-9]{{2,12}})\.([A-Za-z]{{3,9}})\t([^\s:][^\t\n]{{0,254}})\t(?:(?=\S)([^\s:\[\]{{}}\"]{{1,128}})(?:\[(\d{{1,10}})\])?: ?)?",
    re.ASCII,
)
# Between header and message: AIX's "auth|security:info sshd[1]: ", Solaris' "[ID 800047 auth.info] ".
_AIX = re.compile(
    r"([a-z]\w{1,15}(?:\|[a-z]\w{1,15})?):([a-z]{3,8}) ([^\s:\[\]{}\"]{1,128})(?:\[(\d{1,10})\])?: ", re.ASCII
)
_SOLARIS = re.compile(r"\[ID \d{1,10} ([a-z]\w{1,15})\.([a-z]{3,8})\] ", re.ASCII)
_NAMED_AGAIN = re.compile(
    r"([A-Za-z][A-Za-z0-9_.\-]{0,254}) ([A-Za-z_][\w./()\-]{0,127})(?:\[(\d{1,10})\])?: ", re.ASCII
)
_HOST = re.compile(r"[A-Za-z0-9][\w.\-]{0,254}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}", re.ASCII)
_LEVELS = frozenset(
    (
        "TRACE",
        "DEBUG",
        "INFO",
        "WARN",
        "WARNING",
        "ERROR",
        "FATAL",
        "CRITICAL",
        "SEVERE",
        "NOTICE",
        "UTC",
        "GMT",
    )
)
_FACILITIES = {
    name: number
    for number, name in enumerate((
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp",
        "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ))
}  # fmt: skip
_SEVERITIES = {
    "emerg": 0, "emergency": 0, "alert": 1, "crit": 2, "critical": 2, "err": 3, "error": 3, "warn": 4, "warning": 4,
    "notice": 5, "info": 6, "debug": 7,
}  # fmt: skip


def recognises(head: bytes) -> bool:
    """At least half of the first lines begin with a syslog header."""
    lines = [line for line in head.split(b"\n")[:40] if line.strip()][:20]
    found = sum(1 for line in lines if _LINE.match(decode(line[:128])))
    return found > 0 and found * 2 >= len(lines)


def parse(raw: bytes, position: int) -> Item:
    """One line."""
    text = decode(raw).rstrip("\r\n\0").lstrip("\0\ufeff")
    match = _NEW.match(text)
    if match:
        return _new(match, text, position)
    match = _OLD.match(text)
    if match:
        return _old(match, text, position)
    match = _KIWI.match(text) if "\t" in text[:48] else None
    if match:
        fields: dict[str, Any] = {"timestamp": match[1], "hostname": match[4]}
        _named_priority(match[2], match[3], fields)
        _program(match[5], match[6], fields)
        fields["message"] = text[match.end() :]
        return Record("syslog_rfc3164", fields, position, text)
    return rejected(_("not a syslog line: no time stamp at its beginning"), f"line {position}", raw)


def _priority(text: str | None, fields: dict[str, Any]) -> None:
    if text is not None and (value := int(text)) <= 191:
        fields["priority"] = value
        fields["facility"], fields["severity"] = divmod(value, 8)


def bare(text: str, position: int) -> Record | None:
    """A line that has a PRI and no time: all of it is a message, with or without a tag. None if there is no PRI."""
    match = _BARE.match(text)
    if not match or int(match[1]) > 191:
        return None
    fields: dict[str, Any] = {}
    _priority(match[1], fields)
    _program(match[2], match[3], fields)
    fields["message"] = text[match.end() :]
    return Record("syslog_rfc3164", fields, position, text)


def _program(program: str | None, pid: str | None, fields: dict[str, Any]) -> None:
    if program:
        fields["program"] = program
    if pid:
        fields["pid"] = pid


def _named_priority(facility: str, severity: str, fields: dict[str, Any]) -> None:
    number = _FACILITIES.get(facility.lower())
    level = _SEVERITIES.get(severity.lower())
    if number is not None:
        fields.setdefault("facility", number)
    if level is not None:
        fields.setdefault("severity", level)


def _new(match: re.Match[str], whole: str, position: int, line: str = "") -> Record:
    text = line or whole
    fields: dict[str, Any] = {}
    _priority(match[1], fields)
    names = ("timestamp", "hostname", "program", "pid", "msgid")
    fields.update(
        (name, value) for name, value in zip(names, match.groups()[1:], strict=True) if value != "-"
    )
    place = match.end()
    data: dict[str, dict[str, str]] = {}
    if text.startswith("-", place):
        place += 1
    else:
        while element := _ELEMENT.match(text, place):
            data[element[1]] = {key: _unescape(value) for key, value in _PARAM.findall(element[2])}
            place = element.end()
    if data:
        fields["structured_data"] = data
    message = text[place:].removeprefix(" ").removeprefix("\ufeff")
    if not line and (inner := _inner(message, whole, position, fields)) is not None:
        return inner
    fields["message"] = message
    return Record("syslog_rfc5424", fields, position, whole)


def _unescape(value: str) -> str:
    return re.sub(r'\\(["\\\]])', r"\1", value) if "\\" in value else value


def _old(match: re.Match[str], text: str, position: int, relayed: bool = False) -> Record:
    fields: dict[str, Any] = {"timestamp": match[2]}
    _priority(match[1], fields)
    if match[3]:
        fields["hostname"] = match[3]
    message = text[match.end() :]
    if match[4] and match[4][0].isdigit() and text[match.end() - 1] == ":" and message[:1].isdigit():
        # No tag, but how a line of another program begins: 2026-11-24T10:11:12, 11/24/2026-10:11:12, 10.1.2.3:5000
        message = text[match.start(4) :]
    else:
        _program(match[4], match[5], fields)
    # A date without a T is no syslog header by itself: with no tag behind it the next word names no host.
    if match[4] is None and match[1] is None and _is_plain_date(match, text) and not _RELAYED.match(message):
        del fields["hostname"]
        message = f"{match[3]} {message}"
    if match[4] is None:
        if not relayed and (inner := _inner(message, text, position, fields)) is not None:
            return inner
        if match[3] and match[3][:1].isdigit() and (named := _NAMED_AGAIN.match(message)):
            # A relay that put the sender's address before the name that the sender gave itself.
            fields["hostname"] = named[1]
            _program(named[2], named[3], fields)
            message = message[named.end() :]
    elif message[:4] == "[ID " and (unix := _SOLARIS.match(message)):
        _named_priority(unix[1], unix[2], fields)
        message = message[unix.end() :]
    elif match[4].partition("|")[0] in _FACILITIES and (unix := _AIX.match(f"{match[4]}:{message}")):
        _named_priority(unix[1].partition("|")[0], unix[2], fields)
        _program(unix[3], unix[4], fields)
        message = message[unix.end() - len(match[4]) - 1 :]
    fields["message"] = message
    return Record("syslog_rfc3164", fields, position, text)


def _is_plain_date(match: re.Match[str], text: str) -> bool:
    return match[3] is not None and text[10:11] == " " and text[:1].isdigit()


def _is_host(word: str) -> bool:
    """Can this be the name of a machine? A level or an address with a port cannot."""
    return _HOST.fullmatch(word) is not None and word not in _LEVELS


def _inner(message: str, text: str, position: int, outer: dict[str, Any]) -> Record | None:
    """The line that a relay put its own header before; None if it did not."""
    first = message[:1]
    if (first not in "<12" and first not in "JFMASOND") or not first or not _RELAYED.match(message):
        return None
    if inner := _NEW.match(message):
        record = _new(inner, text, position, message)
    elif (
        (older := _OLD.match(message))
        and older[3]
        # A date without a T also begins the lines of many programs' own files.
        and (
            (older[4] and _is_host(older[3]))
            if _is_plain_date(older, message)
            else (older[4] or ":" in message)
        )
    ):
        record = _old(older, message, position, relayed=True)
    else:
        return None
    kept: dict[str, Any] = {
        name: outer[name] for name in ("priority", "facility", "severity") if name in outer
    }
    fields: dict[str, Any] = {**kept, **record.fields}
    return Record(record.format, fields, position, text)
