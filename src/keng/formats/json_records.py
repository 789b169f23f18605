"""JSON inputs: one object a line, or arrays, wrappers and printed objects; each record named by its shape.

Lines are the fast way: a line is a record, its number the position. Everything else goes through the
splitter in `json_values`, and the position is the index from 1. An object in a file that is neither is told
by its first lines, see `by_lines`.
"""

from collections.abc import Callable, Iterator
from typing import Any

from keng.formats.base import Item, Passed, Readable, Sieve, StreamError, rejected
from keng.formats.json_shape import opened, shape_of
from keng.formats.json_text import load
from keng.formats.json_values import split_values, wrapper_start
from keng.formats.lines import read_lines
from keng.formats.text import Rewound, decode, read_head
from keng.i18n import _
from keng.model.record import Record
from keng.model.rejected import Rejected

Other = Callable[[bytes, int], Item]
"""Reads a line that is no JSON, with its number: files that several programs write to have such."""

TOGETHER = 128
TOGETHER_BYTES = 1 << 20
"""So many lines, or bytes, are sifted at once."""


def recognises(head: bytes) -> bool:
    """Begins with an object, or with an array of objects."""
    text = head.lstrip(b" \t\r\n\x1e")
    if text[:1] == b"{":
        return text[1:].lstrip()[:1] in (b'"', b"}", b"")
    return text[:1] == b"[" and text[1:].lstrip()[:1] in (b"{", b"]", b"")


def by_lines(head: bytes) -> bool:
    """Is each line a record? Told by the first line, or by the second where the first is damaged."""
    text = head.lstrip(b" \t\r\n")
    if text[:1] == b"[" or wrapper_start(text[:8192]):
        return False
    first, newline, rest = text.partition(b"\n")
    first = first.strip()
    if whole(first):
        return True
    if not newline:
        return len(first) < len(head) and not first.endswith(b"}")
    if first.endswith((b"{", b"[", b":")):
        return False
    second = rest.partition(b"\n")[0].strip()
    return second[:1] == b"{" and (whole(second) or not rest.count(b"\n"))


def whole(line: bytes) -> bool:
    """Is this line one JSON object?"""
    try:
        return isinstance(load(line), dict)
    except ValueError:
        return False


def parse_object(raw: bytes, position: int, unit: str = "line") -> Item:
    """One object's text."""
    try:
        value = load(raw)
    except ValueError as error:
        return rejected(_not_json(error), f"{unit} {position}", raw)
    if type(value) is not dict:
        return rejected(_("JSON, but not an object"), f"{unit} {position}", raw)
    return record_of(opened(value), position, decode(raw))


def _not_json(error: ValueError) -> str:
    """Where the text stops being JSON, in the reader's language; the parser's own words end in "(char 21)"."""
    place = str(error).rpartition("(char ")[2].rstrip(")")
    if not place.isdigit():
        return _("not JSON: {error}", error=error)
    if "end of data" in str(error):
        return _("not JSON: it ends in the middle, after {count} characters", count=place)
    return _("not JSON: character {place} does not fit", place=int(place) + 1)


def record_of(value: dict[str, Any], position: int, text: str) -> Record:
    """The record of an object that has been read."""
    return Record(shape_of(value), value, position, text)


def parse(raw: bytes, position: int) -> Item:
    """One object that arrived alone."""
    return parse_object(raw, position)


def read(source: Readable, other: Other | None = None) -> Iterator[Item]:
    """Each record of a JSON input of either kind."""
    head = read_head(source)
    source = Rewound(head, source)
    if by_lines(head):
        for number, line in read_lines(source):
            yield from _line(number, line, other)
        return
    for value in split_values(source):
        yield value if isinstance(value, Rejected) else parse_object(value.text, value.number, "record")


def sifted(source: Readable, sieve: Sieve | None, other: Other | None = None) -> Iterator[Item | Passed]:
    """The same without those lines that the sieve does not want."""
    head = read_head(source)
    source = Rewound(head, source)
    if sieve is None or not by_lines(head):
        yield from read(source, other)
        return
    for numbered, (kept, passed) in sieve.over(_batches(source)):
        for name, number in passed.items():
            yield Passed(name, number)
        for place in kept:
            yield from _line(*numbered[place], other)


_Numbered = list[tuple[int, bytes | Rejected]]


def _batches(source: Readable) -> Iterator[tuple[_Numbered, list[bytes]]]:
    """Lines with their numbers, and their texts (of what is refused: none)."""
    numbered: _Numbered = []
    texts: list[bytes] = []
    size = 0
    try:
        for number, line in read_lines(source):
            numbered.append((number, line))
            texts.append(line if isinstance(line, bytes) else b"")
            size += len(texts[-1])
            if len(texts) == TOGETHER or size > TOGETHER_BYTES:
                yield numbered, texts
                numbered, texts, size = [], [], 0
    except StreamError:
        yield numbered, texts  # what came before the damage
        raise
    if texts:
        yield numbered, texts


def _line(number: int, line: bytes | Rejected, other: Other | None) -> Iterator[Item]:
    if isinstance(line, Rejected):
        yield line
    elif other is not None and line[:1] not in b"{[ \t\xef\x1e":
        yield other(line, number)
    elif line[:1] != b"[" or line.strip() != b"[":
        yield parse_object(line, number)
