"""Syslog lines, as sent and as written to files.

RFC 5424      <PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG     "-" is absent
RFC 3164      <PRI>Mmm dd hh:mm:ss HOSTNAME TAG[PID]: MSG                             no year, no zone
in files      the same without <PRI>; newer rsyslog writes an ISO 8601 time instead

Read tolerantly: PRI, host name and tag may be missing, a year may follow the day, the BOM before MSG is dropped.
Fields: priority, facility, severity, timestamp, hostname, program, pid, msgid, structured_data, message.
"""

import re
from typing import Any

from keng.formats.base import Item, rejected
from keng.formats.text import decode
from keng.i18n import _
from keng.model.record import Record

_STAMP = (
    r"(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d(?: \d{4})? \d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)"
)
_NEW = re.compile(r"<(\d{1,3})>1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32})(?: |$)")
_ELEMENT = re.compile(r'\[([^ =\]"]{1,64})((?: [^ =\]"]{1,64}="(?:[^"\\\]]|\\.)*+")*+) ?\]')
_PARAM = re.compile(r' ([^ =\]"]{1,64})="((?:[^"\\\]]|\\.)*+)"')
_OLD = re.compile(
    rf"(?:<(\d{{1,3}})>)?({_STAMP}) "
    r"(?:(?!\S{1,128}?(?:\[\d{1,10}\])?: )([^\s:]\S{0,254}) )?"
    r"(?:([^\s:\[\]{}\"]{1,128})(?:\[(\d{1,10})\])?: ?)?",
    re.ASCII,
)
_LINE = re.compile(rf"(?:<\d{{1,3}}>)?(?:1 \S+T\S+ |{_STAMP} )", re.ASCII)


def recognises(head: bytes) -> bool:
    """At least half of the first lines begin with a syslog header."""
    lines = [line for line in head.split(b"\n")[:40] if line.strip()][:20]
    found = sum(1 for line in lines if _LINE.match(decode(line[:128])))
    return found > 0 and found * 2 >= len(lines)


def parse(raw: bytes, position: int) -> Item:
    """One line."""
    text = decode(raw).rstrip("\r\n\0")
    match = _NEW.match(text)
    if match:
        return _new(match, text, position)
    match = _OLD.match(text)
    if match:
        return _old(match, text, position)
    return rejected(_("not a syslog line: no time stamp at its beginning"), f"line {position}", raw)


def _priority(text: str | None, fields: dict[str, Any]) -> None:
    if text is not None and (value := int(text)) <= 191:
        fields["priority"] = value
        fields["facility"], fields["severity"] = divmod(value, 8)


def _new(match: re.Match[str], text: str, position: int) -> Record:
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
    fields["message"] = text[place:].removeprefix(" ").removeprefix("\ufeff")
    return Record("syslog_rfc5424", fields, position, text)


def _unescape(value: str) -> str:
    return re.sub(r'\\(["\\\]])', r"\1", value) if "\\" in value else value


def _old(match: re.Match[str], text: str, position: int) -> Record:
    fields: dict[str, Any] = {"timestamp": match[2]}
    _priority(match[1], fields)
    if match[3]:
        fields["hostname"] = match[3]
    if match[4]:
        fields["program"] = match[4]
    if match[5]:
        fields["pid"] = match[5]
    fields["message"] = text[match.end() :]
    return Record("syslog_rfc3164", fields, position, text)
