"""A bounded, incremental splitter: the records inside JSON arrays, wrappers and sequences of printed objects.

Only structure is looked at (brackets outside strings), so a file of any size passes through with one record
and one block in memory. What it understands, in any sequence:

    [ {…}, {…} ]                       array: each element is a record
    {"Events": [ {…}, {…} ], …}        wrapper: a known key, or the first, holding an array of objects
    {…} {…}                            objects, one after another, printed over any number of lines

A record with wrong brackets is refused, and reading goes on at the next line that begins with "{".
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from keng.formats.base import BLOCK, MAX_RECORD, Readable, rejected
from keng.i18n import _
from keng.model.rejected import Rejected

_DEPTH = 256
# Possessive, so linear: everything up to the next bracket outside a string.
_PLAIN = re.compile(rb'[^"{}\[\]]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"{}\[\]]*+)*+', re.DOTALL)
_BETWEEN = re.compile(rb"[\s,\x1e]*")
_NEXT = re.compile(rb"\n[ \t]*\{")
_MEMBER = rb'\s*"[^"\\]*"\s*:\s*(?:"(?:[^"\\]|\\.)*"|\{[^{}\[\]]*\}|\[[^{}\[\]]*\]|[^"{}\[\],]+)\s*,'
WRAPPER_KEYS = b"events|event|records|hits|value|values|logs|log|data|results|items|entries|rows|logevents"
_WRAPPER = re.compile(
    rb'\{(?:\s*"[^"\\]*"\s*:\s*\[\s*(?=\{)|(?:'
    + _MEMBER
    + rb')*+\s*"(?i:'
    + WRAPPER_KEYS
    + rb')"\s*:\s*\[\s*(?=[{\]]))'
)
_ELASTIC = re.compile(rb'\{[^\[\]]{0,512}?"hits"\s*:\s*\{[^\[\]]{0,512}?"hits"\s*:\s*\[\s*(?=[{\]])')
# Records that hold an array of their own under such a key.
_RECORDS = (b'admin#reports#activity"', b"com.okta.event_hook")
_PAIRS = {0x7D: 0x7B, 0x5D: 0x5B}


class Value(NamedTuple):
    """One record's text. number: from 1 through the whole input; offset: of its first byte, from 0."""

    number: int
    offset: int
    text: bytes


class _Buffer:
    """The part of the input that is in memory."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self.data = b""
        self.position = 0
        self.base = 0
        self.ended = False

    def fill(self) -> bool:
        """Drop what was used, read one block more; false at the end."""
        if self.ended:
            return False
        # As much as is waiting: a long record is looked at a few times, not once a block.
        block = self._source.read(max(BLOCK, len(self.data) - self.position))
        if not block:
            self.ended = True
            return False
        self.base += self.position
        self.data = self.data[self.position :] + block
        self.position = 0
        return True

    @property
    def offset(self) -> int:
        return self.base + self.position


def wrapper_start(head: bytes) -> int:
    """Length of the text up to the first record of a wrapper object; 0 if it is none."""
    match = _WRAPPER.match(head) or _ELASTIC.match(head)
    if match and any(sign in match[0] for sign in _RECORDS):
        return 0
    return match.end() if match else 0


def split_values(source: Readable, limit: int = MAX_RECORD) -> Iterator[Value | Rejected]:
    """Every record in the input."""
    buffer = _Buffer(source)
    index = 0
    inside = False  # within an array or a wrapper's array
    while True:
        match = _BETWEEN.match(buffer.data, buffer.position)
        buffer.position = match.end() if match else buffer.position
        if buffer.position >= len(buffer.data):
            if buffer.fill():
                continue
            if inside:
                yield rejected(_("the file ends before its JSON array does"), f"byte {buffer.offset}")
            return
        first = buffer.data[buffer.position]
        if not inside and first == 0x5B:  # [
            buffer.position += 1
            inside = True
        elif inside and first == 0x5D:  # ]
            buffer.position += 1
            inside = False
            _skip_wrapper_end(buffer)
        elif first == 0x7B:  # {
            if not inside and (skip := _wrapper_here(buffer)):
                buffer.position += skip
                inside = True
                continue
            index += 1
            value = _take(buffer, index, limit)
            yield value
            if isinstance(value, Rejected) and not _resume(buffer):
                return
        else:
            index += 1
            at = buffer.offset
            text = buffer.data[buffer.position : buffer.position + 80]
            yield rejected(_("expected a JSON object here"), f"record {index}, byte {at}", text)
            if not _resume(buffer):
                return


def _wrapper_here(buffer: _Buffer) -> int:
    while len(buffer.data) - buffer.position < 8192 and buffer.fill():
        pass
    return wrapper_start(buffer.data[buffer.position : buffer.position + 8192])


def _skip_wrapper_end(buffer: _Buffer) -> None:
    """Past the members that follow a wrapper's array, up to and with its closing brackets."""
    depth = 0
    while True:
        match = _PLAIN.match(buffer.data, buffer.position)
        end = match.end() if match else buffer.position
        if end >= len(buffer.data) or buffer.data[end] == 0x22:
            if not buffer.fill() or len(buffer.data) > MAX_RECORD:
                return
            continue
        byte = buffer.data[end]
        if depth == 0 and byte in (0x7B, 0x5B):
            between = buffer.data[buffer.position : end]
            if not between.rstrip().endswith(b":"):
                return  # a new value begins: there was nothing more to close
        buffer.position = end + 1
        depth += 1 if byte in (0x7B, 0x5B) else -1
        depth = max(depth, 0)


def _take(buffer: _Buffer, index: int, limit: int) -> Value | Rejected:
    """The object that begins at the buffer's position; on failure the position stays at its beginning."""
    start = buffer.offset
    scan = buffer.position
    stack = bytearray()
    while True:
        match = _PLAIN.match(buffer.data, scan)
        scan = match.end() if match else scan
        if scan >= len(buffer.data) or buffer.data[scan] == 0x22:
            if len(buffer.data) - buffer.position > limit:
                return rejected(
                    _("record is longer than {limit} bytes; skipped", limit=limit),
                    f"record {index}, byte {start}",
                    buffer.data[buffer.position : buffer.position + 80],
                )
            scan -= buffer.position
            if not buffer.fill():
                text = buffer.data[buffer.position :]
                return rejected(
                    _("the file ends in the middle of this record"), f"record {index}, byte {start}", text
                )
            continue
        byte = buffer.data[scan]
        scan += 1
        if byte in (0x7B, 0x5B):
            stack.append(byte)
            if len(stack) > _DEPTH:
                return rejected(
                    _("nested too deep"), f"record {index}, byte {start}", buffer.data[buffer.position : scan]
                )
            continue
        if not stack or stack.pop() != _PAIRS[byte]:
            text = buffer.data[buffer.position : scan]
            return rejected(_("brackets do not match"), f"record {index}, byte {start}", text)
        if not stack:
            text = buffer.data[buffer.position : scan]
            buffer.position = scan
            return Value(index, start, text)


def _resume(buffer: _Buffer) -> bool:
    """Move to the next line that begins with "{"; false if there is none."""
    buffer.position += 1
    while True:
        if match := _NEXT.search(buffer.data, buffer.position):
            buffer.position = match.end() - 1
            return True
        # Keep a tail: the line end and the bracket may fall into different blocks.
        buffer.position = max(buffer.position, len(buffer.data) - 256)
        if not buffer.fill():
            buffer.position = len(buffer.data)
            return False
