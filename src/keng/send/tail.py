"""One followed file: gives whole entries (mostly lines, see `model.multiline`) from where the centre has the rest, and notices when the file was replaced."""

import os
from collections.abc import Callable

from keng.i18n import _
from keng.model.multiline import Entry
from keng.send.book import Place, fingerprint
from keng.send.columns import Columns
from keng.send.document import MAX_DOCUMENT, Envelope
from keng.send.feed import Chunk, Parcel, record_id
from keng.send.lines import Text, cut, ends_at, text_of

HEAD = 1024
TAIL = 256
MAX_LINE = 1_000_000
"""Bytes of a line; longer ones are refused and skipped (the centre takes documents up to 1 MiB)."""
BLOCK = MAX_LINE + 4096
_HEADER_BLOCK = 1 << 20


class Tail:
    """Follows an open file from `place.offset`. The descriptor stays open, so that a removed file can be read out.

    mark: told of the place before an entry is given that may yet grow, with its end as the place's `cut`.
    """

    def __init__(
        self, place: Place, descriptor: int, envelope: Envelope, mark: Callable[[Place], None]
    ) -> None:
        self.place = place
        self.key = place.key
        self.name = place.label or place.path
        self.descriptor = descriptor
        self.replaced = False  # the bytes before our place are no longer those that were sent
        self.behind = False  # more was there than was read
        self.left = (
            False  # the place is followed elsewhere now: what still arrives of ours is sent again there
        )
        self._envelope = envelope
        self._mark = mark
        self._position = place.offset - place.base
        self._skipping = False
        self._waited_for = -1  # where the entry ends that was left for the next look
        self._open_end = -1  # where the entry ends behind which nothing is written yet
        self._tail = place.tail, place.tail_size
        head = os.pread(descriptor, 16 * 1024, 0)
        self._text: Text = text_of(head)
        self._columns = Columns(place.columns.encode() or head)
        if self._columns.kind:
            self._read_columns()

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self.descriptor)

    @property
    def unsent(self) -> int:
        """Bytes of the file that are not known to have arrived."""
        return max(os.fstat(self.descriptor).st_size + self.place.base - self.place.offset, 0)

    def read(self, room: int, final: bool) -> Chunk | None:
        """The next lines. Sets `replaced` and gives none where the file is another one now.

        Everything that was read before must have arrived, or is read again after a restart only.
        """
        place, start = self.place, self._position
        before = place.tail_size if place.tail_size <= start == place.offset - place.base else 0
        block = max(room, BLOCK)
        raw = os.pread(self.descriptor, before + block, start - before)
        if before and fingerprint(raw[:before]) != place.tail:
            self.replaced = True
            return None
        if not start and place.head_size and fingerprint(raw[: place.head_size]) != place.head:
            self.replaced = True
            return None
        data = raw[before:]
        again = place.cut - place.base - start
        if 0 < again <= len(data):
            # Sent before a kill, as far as it was written then.
            data, final = data[:again], True
        self.behind = len(data) >= block
        if self._skipping:
            return self._skip(data)
        if not data:
            return None
        there = start + len(data)
        if final and not self.behind:
            data += self._text.newline
        mark = self._text.mark if start == 0 and not place.base else 0
        lines = cut(data[mark:], self._text)
        if lines and not self._columns.kind:
            lines = self._entries(lines, start + mark, final)
            if not lines:
                return None
        if not lines:
            if len(data) > MAX_LINE:
                self._skipping = True
                return self._skip(data)
            return None
        chunk = self._chunk(lines, start + mark, room)
        # Not beyond a line end that was only thought.
        self._position = end = min(chunk.end, there)
        if chunk.end == self._open_end:
            place.cut = end + place.base
            self._mark(place)
        size = min(TAIL, before + end - start)
        self._tail = fingerprint(raw[before + end - start - size : before + end - start]), size
        return chunk._replace(end=end)

    def arrived(self, chunk: Chunk) -> None:
        """Remember the place, and what stands before it."""
        if self.left:
            return
        self.place.tail, self.place.tail_size = self._tail
        self.place.offset = chunk.end + self.place.base

    def remember_head(self) -> None:
        """The first bytes, until there are 1024 of them."""
        if self.place.head_size < HEAD:
            head = os.pread(self.descriptor, HEAD, 0)
            if len(head) > self.place.head_size:
                self.place.head, self.place.head_size = fingerprint(head), len(head)

    @property
    def header(self) -> bytes:
        """The header lines that rows further down need."""
        return self._columns.header

    def _chunk(self, lines: list[tuple[int, bytes]], start: int, room: int) -> Chunk:
        key, base = self.place.key, self.place.base
        parcels: list[Parcel] = []
        refused = size = 0
        end = start
        reason = ""
        taken: list[tuple[int, bytes]] = []
        for place, line in lines:
            begin, end = end, start + place
            if len(line) > MAX_LINE:
                refused += 1
                reason = _("a line of {size} bytes is longer than {limit}", size=len(line), limit=MAX_LINE)
            elif line.strip():
                taken.append((begin, line))
                size += len(line)
                if size >= room:
                    break
        if end - start < lines[-1][0]:
            self.behind = True
        texts = [line for _begin, line in taken]
        documents = (
            self._columns.documents(texts, self._envelope)
            if self._columns.kind
            else [self._envelope.line(line) for line in texts]
        )
        for (begin, line), document in zip(taken, documents, strict=True):
            if document is None:
                continue
            if len(document) > MAX_DOCUMENT:
                refused += 1
                reason = _(
                    "a record of {size} bytes is longer than {limit}", size=len(document), limit=MAX_DOCUMENT
                )
                continue
            parcels.append(Parcel(record_id(key, begin + base, line), document))
        return Chunk(self, parcels, end, sum(len(one.document) for one in parcels), refused, reason)

    def _entries(self, lines: list[tuple[int, bytes]], start: int, final: bool) -> list[tuple[int, bytes]]:
        """Lines that go on with the one before joined to it. The last entry is left for the next look where more of it is
        there, or likely to come; in the latter case only once: what has not grown until then is sent.
        """
        entries: list[tuple[int, bytes]] = []
        entry: Entry | None = None
        whole = False
        end = 0
        for place, line in lines:
            is_object = line[:1] == b"{"
            if entry is not None and (not line.strip() or (not (whole or is_object) and entry.goes_on(line))):
                end = place
                continue
            if entry is not None:
                entries.append((end, entry.text))
            entry, end, whole = Entry(line), place, is_object and line[-1:] == b"}"
        self._open_end = -1
        if entry is None or (self.behind and entries and not whole):
            return entries
        if entry.may_go_on and not final and not self.behind and self._waited_for != start + end:
            self._waited_for = start + end
            return entries
        if not whole:
            self._open_end = start + end
        return [*entries, (end, entry.text)]

    def _skip(self, data: bytes) -> Chunk | None:
        """Pass by a line that is too long; it counts as one refused when its end is found."""
        end = ends_at(data, self._text)
        if not end:
            self._position += len(data) & ~1
            return None
        self._position += end
        self._skipping = False
        self._tail = "", 0
        reason = _("a line is longer than {limit} bytes", limit=MAX_LINE)
        return Chunk(self, [], self._position, 0, 1, reason)

    def _read_columns(self) -> None:
        """Take in the header lines between the file's start and our place."""
        if self.place.columns:
            lines = self.place.columns.encode().splitlines()
        else:
            lines = []
            position, until = 0, self._position
            while position < until:
                data = os.pread(self.descriptor, min(_HEADER_BLOCK, until - position), position)
                found = cut(data, self._text)
                if not found:
                    break
                lines += [line for _end, line in found if line[:1] == b"#"]
                position += found[-1][0]
        for line in lines:
            self._columns.take(line)
