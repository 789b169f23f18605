"""Files whose first lines say what the columns of the others are: Zeek's own and W3C extended (IIS).

Such a line means nothing alone. A Zeek row is sent as the JSON object that Zeek itself would write; a W3C row with the
names of its columns beside it (`log.columns`). The lines that say so are read again from the file's start when the
forwarder begins in the middle of a file, and may come again further down.
"""

import io
from collections.abc import Sequence

import orjson

from keng.formats import w3c_extended, zeek_tsv
from keng.formats.text import decode
from keng.model.record import Record
from keng.send.document import Envelope

MAX_HEADER = 64 * 1024


class Columns:
    """What a file's header lines have said so far. `kind`: "zeek", "w3c" or "" for a file without."""

    def __init__(self, head: bytes) -> None:
        self.kind = ""
        self._lines: list[bytes] = []
        self._size = 0
        if zeek_tsv.recognises(head):
            self.kind = "zeek"
        elif head.startswith((b"#Software:", b"#Version:", b"#Fields:", b"#Date:")):
            self.kind = "w3c"

    @property
    def header(self) -> bytes:
        """The lines that a row needs in front of it."""
        return b"".join(line + b"\n" for line in self._lines)

    def take(self, line: bytes) -> None:
        """A header line."""
        if line.startswith((b"#separator", b"#Software:")):
            self._lines, self._size = [], 0
        if line.startswith((b"#close", b"#open", b"#Date:", b"#Remark:")) or self._size > MAX_HEADER:
            return
        self._lines.append(line)
        self._size += len(line)

    def documents(self, lines: Sequence[bytes], envelope: Envelope) -> list[bytes | None]:
        """The document of each line; None for header lines, which are taken in."""
        if self.kind == "zeek":
            return self._zeek(lines, envelope)
        found: list[bytes | None] = []
        for line in lines:
            if line[:1] == b"#":
                self.take(line)
                found.append(None)
            else:
                found.append(self._w3c(line, envelope))
        return found

    def _zeek(self, lines: Sequence[bytes], envelope: Envelope) -> list[bytes | None]:
        before = self.header
        items = zeek_tsv.read(io.BytesIO(before + b"\n".join(lines)))
        found: list[bytes | None] = []
        for line in lines:
            if line[:1] == b"#":
                self.take(line)
                found.append(None)
                continue
            item = next(items)
            # A row that does not fit its header is sent as it is, for a person to look at.
            found.append(envelope.record(item) if isinstance(item, Record) else envelope.line(line))
        return found

    def _w3c(self, line: bytes, envelope: Envelope) -> bytes:
        for header in reversed(self._lines):
            if header.startswith(b"#Fields:"):
                directive = w3c_extended.directive(decode(header))
                names = directive[1] if directive else ""
                return b'{"log.columns":' + orjson.dumps(names) + b"," + envelope.line(line)[1:]
        return envelope.line(line)
