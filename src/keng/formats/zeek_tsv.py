"""Zeek's own log files: tab-separated, with a header that describes them.

    #separator \\x09            the byte between columns
    #set_separator ,           between the members of a set or vector
    #empty_field (empty)       an empty set or string
    #unset_field -             no value
    #path conn                 which log
    #fields ts uid id.orig_h …
    #types time string addr …
    1700000000.123456  CaX…  10.0.0.1 …
    #close 2024-…

Headers may come again (rotated files put together). Labelled variants have columns more; files whose label
columns are separated by blanks instead of tabs are read too. Fields: the columns with their types (count,
int, port: int; time, interval, double: float; bool; set and vector: list), unset ones left out, and "_path".
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from keng.formats.base import Item, Readable, rejected
from keng.formats.lines import read_lines
from keng.formats.text import decode
from keng.i18n import _
from keng.model.record import Record
from keng.model.rejected import Rejected

_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})")
_NAME = re.compile(r"#([a-z_]{2,32})")
_BLANKS = re.compile(r" {2,}")
_MAX_COLUMNS = 1024


def recognises(head: bytes) -> bool:
    """A header line of Zeek stands at the top, with its list of fields."""
    head = head.lstrip()
    if not head.startswith((b"#separator", b"#fields", b"#path", b"#set_separator")):
        return False
    return b"\n#fields" in head[:16384] or head.startswith(b"#fields")


def _time(text: str) -> float | str:
    """Seconds since the epoch; some turn them into ISO 8601 afterwards."""
    return text if text[4:5] == "-" and text[10:11] == "T" else float(text)


def _boolean(text: str) -> bool | str:
    return {"T": True, "F": False}.get(text, text)


_CONVERTERS: dict[str, Callable[[str], Any]] = {
    "count": int,
    "int": int,
    "port": int,
    "time": _time,
    "interval": float,
    "double": float,
    "bool": _boolean,
}


class _Header:
    """What the header said so far."""

    def __init__(self) -> None:
        self.separator = "\t"
        self.set_separator = ","
        self.empty = "(empty)"
        self.unset = "-"
        self.path = ""
        self.columns: list[str] = []
        self.types: list[str] = []
        self.readers: list[Callable[[str], Any] | None] = []

    def take(self, text: str) -> None:
        """One line that begins with "#"."""
        match = _NAME.match(text)
        name, rest = (match[1], text[match.end() :]) if match else ("", "")
        # Most write the separator after the name, some a blank.
        rest = (
            rest.removeprefix(self.separator) if rest.startswith(self.separator) else rest.removeprefix(" ")
        )
        if name == "separator":
            self.separator = {"\\t": "\t"}.get(rest.strip()) or _unescape(rest.strip("\r\n")) or "\t"
        elif name in ("set_separator", "empty_field", "unset_field", "path"):
            setattr(self, {"empty_field": "empty", "unset_field": "unset"}.get(name, name), rest)
        elif name == "fields":
            self.columns = self._columns(rest)
            self._prepare()
        elif name == "types":
            self.types = self._columns(rest)
            self._prepare()

    def _columns(self, text: str) -> list[str]:
        columns = text.split(self.separator)[:_MAX_COLUMNS]
        # Labelled variants: "tunnel_parents   label   detailed-label" in what should be one column.
        return [
            part
            for column in columns
            for part in (_BLANKS.split(column.strip()) if "  " in column else [column])
        ]

    def _prepare(self) -> None:
        self.readers = []
        for number in range(len(self.columns)):
            kind = self.types[number] if number < len(self.types) else "string"
            if kind.startswith(("set[", "vector[")):
                inner = _CONVERTERS.get(kind[kind.index("[") + 1 : -1])
                self.readers.append(lambda text, inner=inner: self._list(text, inner))  # type: ignore[misc]
            else:
                self.readers.append(_CONVERTERS.get(kind))

    def _list(self, text: str, inner: Callable[[str], Any] | None) -> list[Any]:
        if text == self.empty:
            return []
        parts = [_unescape(part) for part in text.split(self.set_separator)]
        if inner is None:
            return parts
        return [None if part == self.unset else inner(part) for part in parts]


def _unescape(text: str) -> str:
    if "\\x" not in text:
        return text
    raw = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    try:
        return raw.encode("latin-1").decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return raw


def read(source: Readable) -> Iterator[Item]:
    """Each row."""
    header = _Header()
    for number, line in read_lines(source):
        if isinstance(line, Rejected):
            yield line
        elif line[:1] == b"#" or (number == 1 and line.lstrip()[:1] == b"#"):
            header.take(decode(line.lstrip()))
        else:
            yield _row(header, line, number)


def _row(header: _Header, line: bytes, number: int) -> Item:
    text = decode(line)
    values = text.split(header.separator)
    columns = header.columns
    if not columns:
        return rejected(_("a row before any #fields line"), f"line {number}", line)
    if len(values) < len(columns):
        values = [part for value in values for part in (_BLANKS.split(value) if "  " in value else [value])]
    if len(values) != len(columns):
        return rejected(
            _("{count} columns, but #fields names {expected}", count=len(values), expected=len(columns)),
            f"line {number}",
            line,
        )
    fields: dict[str, Any] = {"_path": header.path} if header.path else {}
    unset, empty = header.unset, header.empty
    try:
        for name, value, reader in zip(columns, values, header.readers, strict=True):
            if value == unset:
                continue
            if reader is not None:
                fields[name] = reader(value)
            elif value == empty:
                fields[name] = ""
            else:
                fields[name] = _unescape(value) if "\\x" in value else value
    except ValueError:
        return rejected(
            _(
                "column {name} is {value}, not of the type that #types says",
                name=name,
                value=repr(value[:40]),
            ),
            f"line {number}",
            line,
        )
    return Record("zeek_tsv", fields, number, text)
