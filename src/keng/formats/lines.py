"""Lines of a byte stream, bounded: LF or CRLF, a longer line than MAX_RECORD is refused and skipped."""

from collections.abc import Iterator

from keng.formats.base import BLOCK, MAX_RECORD, Readable, rejected
from keng.i18n import _
from keng.model.rejected import Rejected

_NOTHING = b" \t\r\0"


def read_lines(source: Readable, limit: int = MAX_RECORD) -> Iterator[tuple[int, bytes | Rejected]]:
    """Each line without its end, with its number from 1. Empty lines, and what a crash leaves of zero bytes, are left
    out but counted; zero bytes before a line, too."""
    number = 0
    pending: list[bytes] = []
    size = 0
    skipping = False
    while block := source.read(BLOCK):
        if skipping:
            _lost, newline, block = block.partition(b"\n")
            if not newline:
                continue
            skipping = False
        if b"\n" not in block:
            pending.append(block)
            size += len(block)
            if size > limit:
                number += 1
                yield number, _too_long(number, b"".join(pending), limit)
                pending, size, skipping = [], 0, True
            continue
        pending.append(block)
        lines = b"".join(pending).split(b"\n")
        pending = [lines.pop()]
        size = len(pending[0])
        for line in lines:
            number += 1
            if len(line) > limit:
                yield number, _too_long(number, line, limit)
            elif line.strip(_NOTHING):
                # After a power cut the line that is written next stands behind a block of zero bytes.
                line = line if line[0] else line.lstrip(b"\0")
                yield number, line[:-1] if line[-1] == 13 else line
    last = b"".join(pending).rstrip(b"\r").lstrip(b"\0")
    if last.strip(_NOTHING):
        yield number + 1, last


def _too_long(number: int, line: bytes, limit: int) -> Rejected:
    return rejected(_("line is longer than {limit} bytes; skipped", limit=limit), f"line {number}", line)
