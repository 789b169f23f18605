"""Linux audit records: /var/log/audit/audit.log, and the same inside syslog.

    node=HOST type=TYPE msg=audit(SECONDS.MILLIS:SERIAL): key=value key="value" key=68657861 msg='key=value …'

    type=TYPE msg=audit(11/24/2026 22:01:02.123:SERIAL) : key=value …      as ausearch -i prints it, without quotes
    TYPE key=value …                                                       as journald writes the kernel's, program "audit"

One event of the kernel is several lines with one SERIAL: SYSCALL, then EXECVE, CWD, PATH, PROCTITLE. A value
without quotes that is hexadecimal is text with spaces or control characters (arguments, paths, commands);
after the byte 1D follow the enriched names (SYSCALL=execve, UID="root"). Fields are the record's own keys,
with "serial" and "time" from the stamp. Reading a file in order, EXECVE and PATH also carry under
"@syscall" and "@cwd" what the SYSCALL and CWD lines of the same serial said.
"""

import re
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, TypeVar

from keng.formats.base import HOST, Item, Passed, rejected
from keng.formats.text import decode
from keng.i18n import _
from keng.model.record import Record

_Given = TypeVar("_Given", bound=Item | Passed)
_HEAD = re.compile(
    r"(?:node=(\S{1,255}) )?(?:audit: )?type=([A-Z_a-z0-9\[\]]{1,64}) (?:msg=)?audit\((\d{1,12}(?:\.\d{1,6})?|\d\d[/.\-]\d\d[/.\-]\d{2,4} \d\d:\d\d:\d\d(?:\.\d{1,6})?):(\d{1,20})\) ?: ?"
)
# The look behind keeps it linear: a long word is tried once, not at each of its letters.
_PAIR = re.compile(r"""(?<![A-Za-z0-9_\-])([A-Za-z0-9_\-]{1,64}(?:\[\d+\])?)=("[^"]*"|'[^']*'|[^\s,]*)""")
_HEXADECIMAL = re.compile(r"(?:[0-9A-F]{2})+")
_ARGUMENT = re.compile(r"a\d{1,4}(?:\[\d+\])?")
_ENCODED = {"name", "exe", "comm", "cwd", "proctitle", "cmd", "key", "acct", "dir", "path", "data", "vm"}
_NUMBERED = {
    "1300": "SYSCALL",
    "1302": "PATH",
    "1305": "CONFIG_CHANGE",
    "1306": "SOCKADDR",
    "1307": "CWD",
    "1309": "EXECVE",
    "1326": "SECCOMP",
    "1327": "PROCTITLE",
    "1400": "AVC",
    "1701": "ANOM_ABEND",
}
_JOURNAL = re.compile(r"([A-Z][A-Z0-9_]{2,32}) (?=[a-z][a-z0-9_]{1,16}=)")
_PROCTITLE = re.compile(r"proctitle=(.{1,8192}?) ?$")
_KEPT_SERIALS = 64


def recognises(head: bytes) -> bool:
    """The first line is an audit record."""
    for line in head.split(b"\n")[:20]:
        if line.strip():
            return _HEAD.match(decode(line[:512])) is not None
    return False


def carries(text: str) -> bool:
    """Does this syslog message hold an audit record?"""
    return "audit(" in text and _HEAD.match(text) is not None


def explains(line: bytes) -> bool:
    """Is this a line that ausearch puts between events?"""
    return line[:4] == b"----" or line.startswith(b"time->")


def journal_fields(message: str) -> dict[str, Any] | None:
    """The fields of a message of journald's program "audit"; None for others."""
    match = _JOURNAL.match(message)
    if not match:
        return None
    fields: dict[str, Any] = {"type": match[1], "serial": ""}
    _pairs(message[match.end() :], fields)
    return fields


def parse(raw: bytes, position: int) -> Item:
    """One line."""
    return parse_text(decode(raw).rstrip("\r\n\0"), position, raw)


def parse_text(text: str, position: int, raw: bytes = b"", host: str = "", whole: str = "") -> Item:
    """One record; `whole` is the line it stood in, if it was inside another."""
    match = _HEAD.match(text)
    if not match:
        return rejected(_("not an audit record: expected type=… msg=audit(…):"), f"line {position}", raw)
    kind = match[2]
    if kind.startswith("UNKNOWN["):
        kind = kind[8:-1]
    fields: dict[str, Any] = {"type": _NUMBERED.get(kind, kind), "time": match[3], "serial": match[4]}
    if match[1] or host:
        fields[HOST] = match[1] or host
    body, _mark, enriched = text[match.end() :].partition("\x1d")
    _pairs(body, fields)
    if (
        fields["type"] == "PROCTITLE"
        and not match[3].replace(".", "").isdecimal()
        and (title := _PROCTITLE.match(body))
    ):
        fields["proctitle"] = title[1]
    if enriched:
        _pairs(enriched, fields)
    return Record("auditd", fields, position, whole or text)


def _pairs(text: str, fields: dict[str, Any]) -> None:
    execve = fields["type"] == "EXECVE"
    for key, value in _PAIR.findall(text):
        if value[:1] == "'":
            _pairs(value[1:-1], fields)
        elif value[:1] == '"':
            fields.setdefault(key, value[1:-1])
        elif (key in _ENCODED or (execve and _ARGUMENT.fullmatch(key))) and _HEXADECIMAL.fullmatch(value):
            plain = bytes.fromhex(value)
            fields.setdefault(key, decode(plain.replace(b"\0", b" ") if key == "proctitle" else plain))
        elif value and value not in ("(null)", "?"):
            fields.setdefault(key, value)


def with_context(items: Iterator[_Given]) -> Iterator[_Given]:
    """Give EXECVE and PATH records what the SYSCALL and CWD records of the same serial said before them."""
    calls: OrderedDict[tuple[str, str], dict[str, Any]] = OrderedDict()
    for item in items:
        if isinstance(item, Record) and item.format == "auditd":
            fields = item.fields
            key = (fields.get(HOST, ""), fields["serial"])
            kind = fields["type"]
            if kind == "SYSCALL":
                calls[key] = {"@syscall": dict(fields)}
                if len(calls) > _KEPT_SERIALS:
                    calls.popitem(last=False)
            elif kind == "CWD" and key in calls:
                calls[key]["@cwd"] = fields.get("cwd", "")
            elif kind in ("EXECVE", "PATH") and key in calls:
                fields.update(calls[key])
        yield item
