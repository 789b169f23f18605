"""Which files are followed, and what became of them: grown, renamed, cut, copied, removed, come back.

renamed (logrotate's `create`)    the same device and inode under another name: followed on to its end
cut (logrotate's `copytruncate`)  shorter than what was sent, or other bytes before our place: the copy is looked for
                                  by its first bytes and those before our place, read on from there, and what stands
                                  at the old path is a new file
removed                           read out through the open descriptor into the spool
packed (.gz and the like)         never followed: it was, before it was packed; one that nobody met before it was
                                  packed is unpacked into the spool

A file is known by device, inode and first bytes, and gets a key when it is met, which is saved before the first of
its records is sent. So a record has the same id each time it is read.
"""

import errno
import os
import time
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

from keng.formats.text import encoding_of
from keng.i18n import _
from keng.i18n.system_error import system_error
from keng.scan.shown import shown
from keng.send.book import Book, Place, fingerprint
from keng.send.counts import Counts, Teller
from keng.send.document import Envelope
from keng.send.find import PACKED, Found, by_inode, find, look, origin_of, rotated
from keng.send.packed import packed_rest, packed_unseen
from keng.send.sameness import head_of, is_copy, is_dormant_copy, is_same, last_line_end
from keng.send.spool import Rest, Spool
from keng.send.tail import Tail

MAX_OPEN = 400
IDLE_S = 60.0
SETTLED_S = 5.0
MISSING_SCANS = 4


class Follower:
    """scan() looks at the files; feeds() are those that may have something to read."""

    def __init__(
        self,
        patterns: Sequence[str],
        book: Book,
        spool: Spool,
        host: str,
        counts: Counts,
        tell: Teller,
        from_end: bool = False,
    ) -> None:
        self._patterns = patterns
        self._book = book
        self._spool = spool
        self._host = host
        self._counts = counts
        self._tell = tell
        self._tails: dict[str, Tail] = {}
        self._rests: dict[str, Rest] = {}
        self._grown: dict[str, float] = {}
        self._moved: set[str] = set()  # keys of files that rotation has put aside
        self._ignored: dict[tuple[int, int], tuple[int, int]] = {}
        self._missing: dict[str, int] = {}
        self.active: frozenset[str] = frozenset()  # pieces of the spool that are still written to
        self.waiting = 0  # files too many to be open at once, or missing and looked for
        self._skip_to_end = from_end and not book.places.births

    def scan(self) -> None:
        """Look at every file once."""
        found = find(self._patterns)
        self.waiting = 0
        for rest in self._rests.values():
            rest.copy()
        for tail in list(self._tails.values()):
            self._watch(tail, found)
        known = {(place.device, place.inode): place for place in self._places.values()}
        for one in sorted(found.values(), key=lambda one: one.changed_ns):
            place = known.get(one.file)
            if place is None:
                self._meet(one)
            elif place.key not in self._tails:
                self._come_back(place, one)
        self._look_for_missing(found)
        self._skip_to_end = False
        self._counts.files = len(self._tails)
        self._counts.behind_bytes = sum(tail.unsent for tail in self._tails.values())
        self._counts.spool_bytes = self._spool.held

    def feeds(self, once: bool) -> list[tuple[Tail, bool]]:
        """Files to read from, those first that rotation has put aside; with each whether it has come to its end."""
        now = time.monotonic()
        order = sorted(
            self._tails.values(), key=lambda tail: (tail.key not in self._moved, tail.place.changed_ns)
        )
        return [
            (
                tail,
                tail.place.path not in self.active
                and (once or (tail.key in self._moved and now - self._grown.get(tail.key, now) > SETTLED_S)),
            )
            for tail in order
        ]

    def close(self) -> None:
        """Let the files go; rests of removed ones are kept."""
        for tail in list(self._tails.values()):
            if os.fstat(tail.descriptor).st_nlink == 0 and tail.unsent:
                self._keep_rest(tail)
        for rest in self._rests.values():
            rest.copy()
            rest.close()
        for key in list(self._tails):
            self._let_go(key)
        self._rests = {}

    @property
    def _places(self) -> dict[str, Place]:
        return self._book.places.places

    # -- a file that is open ----------------------------------------------------------------------

    def _watch(self, tail: Tail, found: dict[tuple[int, int], Found]) -> None:
        place, now = tail.place, time.monotonic()
        status = os.fstat(tail.descriptor)
        if tail.replaced or status.st_size < max(place.offset - place.base, place.head_size):
            self._cut(place)
            return
        if status.st_size != place.seen_size:
            place.seen_size, place.changed_ns = status.st_size, status.st_mtime_ns
            self._grown[place.key] = now
            tail.remember_head()
            self._book.changed = True
        one = found.get((place.device, place.inode))
        if one is None or one.path != place.path:
            self._moved.add(place.key)
            if one is not None:
                place.path = one.path
        idle = now - self._grown.setdefault(place.key, now)
        if self._in_spool(place):
            self._watch_rest(tail)
        elif status.st_nlink == 0:
            if tail.unsent:
                self._keep_rest(tail)
            elif idle > Rest.IDLE_S:
                self._forget(place)
        elif not tail.unsent and idle > (IDLE_S if len(self._tails) < MAX_OPEN else 2.0):
            self._let_go(place.key)

    def _watch_rest(self, tail: Tail) -> None:
        key = tail.key
        self._moved.add(key)
        rest = self._rests.get(key)
        if rest is not None and rest.finished and not tail.unsent:
            rest.close()
            del self._rests[key]
        if key not in self._rests and not tail.unsent and tail.place.path not in self.active:
            path = Path(tail.place.path)
            self._forget(tail.place)
            self._spool.remove(path)

    def _keep_rest(self, tail: Tail) -> None:
        """A removed file is read out into the spool, and followed there."""
        place = tail.place
        path = self._spool.rest_path(place.key, place.offset)
        lost = self._spool.lost
        self._rests[place.key] = Rest(self._spool, path, tail.descriptor, place.offset - place.base)
        self._count_lost(self._spool.lost - lost, place.path)
        one = look(str(path))
        if one is None:
            return
        place.columns = tail.header.decode("utf-8", "replace")
        self._into_spool(place, one, place.offset)
        tail.left = True
        del self._tails[place.key]  # its descriptor belongs to the rest now
        self._open(place, one)

    def _into_spool(self, place: Place, piece: Found, base: int) -> None:
        """The place is in a piece of the spool from here on."""
        self._book.leave(place)
        place.path, place.device, place.inode, place.base = piece.path, *piece.file, base
        place.tail, place.tail_size, place.head, place.head_size = "", 0, "", 0
        self._book.changed = True
        self._book.save()

    def _cut(self, place: Place) -> None:
        """The file is another one now. A copy that rotation made is read on; else what was not sent is lost."""
        self._let_go(place.key)
        path, since = place.label or place.path, place.changed_ns
        heir = next((one for one in rotated(path) + rotated(place.path) if is_copy(place, one)), None)
        if heir is not None and self._open(place, heir):
            place.path, place.device, place.inode = heir.path, heir.device, heir.inode
            place.seen_size = heir.size
            self._ignored.pop(heir.file, None)
            self._moved.add(place.key)
        elif not self._unpack(place, packed_rest(place) if place.head_size else None):
            self._count_lost(place.seen_size + place.base - place.offset, path)
            self._forget(place)
        self._book.changed = True
        self._catch_up(path, since)

    def _catch_up(self, path: str, since_ns: int) -> None:
        """Follow files that were written, filled and put aside by rotation while nobody looked."""
        known = {(place.device, place.inode) for place in self._places.values()}
        current = look(path)
        for other in rotated(path):
            if other.file in known or other.changed_ns <= since_ns or not other.size:
                continue
            if (current is None or other.file != current.file) and not is_dormant_copy(
                self._places.values(), other
            ):
                self._begin(other, head_of(other.path), path)
        for one, head, blocks in packed_unseen(path, since_ns, self._book.knows):
            self._unpack(self._know(one, head, path), blocks)

    # -- a file that is not open ------------------------------------------------------------------

    def _meet(self, one: Found) -> None:
        """A file that is not known: follow it, unless it is packed, not text, or a copy of one that is."""
        if not one.size or self._ignored.get(one.file) == (one.size, one.changed_ns):
            return
        for place in list(self._places.values()):
            if (place.device, place.inode) == one.file:
                return  # it became known in this very look
            if place.inode == one.inode and place.key not in self._tails and is_same(place, one):
                place.device = one.device  # a disk may have another number after a start of the machine
                self._come_back(place, one)
                return
        if len(self._tails) >= MAX_OPEN:
            self.waiting += 1
            return
        head = head_of(one.path)
        if not head:
            if not os.access(one.path, os.R_OK):
                self._unreadable(one.path, PermissionError(errno.EACCES, ""))
            return
        if head.startswith(PACKED) or (b"\0" in head and encoding_of(head)[0] == "utf-8"):
            self._ignored[one.file] = one.size, one.changed_ns
            if not head.startswith(PACKED):
                self._tell(
                    _(
                        "{path} is not text and is left out; use --drop for folders of such files",
                        path=shown(one.path),
                    )
                )
            return
        if is_dormant_copy(self._places.values(), one):
            return
        earlier = [
            place.changed_ns for place in self._places.values() if one.path in (place.path, place.label)
        ]
        if earlier:
            self._catch_up(one.path, max(earlier))
        self._begin(one, head)

    def _begin(self, one: Found, head: bytes, origin: str = "") -> None:
        place = self._know(one, head, origin)
        if self._skip_to_end:
            place.offset = last_line_end(one)
        self._open(place, one)

    def _know(self, one: Found, head: bytes, origin: str) -> Place:
        places = self._book.places
        places.births += 1
        about = f"{self._host}:{one.device}:{one.inode}:{places.births}:".encode()
        key = blake2b(about + head, digest_size=12).hexdigest()
        place = Place(key, one.path, one.device, one.inode, fingerprint(head), len(head), seen_size=one.size)
        place.changed_ns = one.changed_ns
        place.label = "stdin" if self._in_spool(place) else origin or origin_of(one.path)
        places.places[key] = place
        self._book.changed = self._book.urgent = True
        return place

    def _come_back(self, place: Place, one: Found) -> None:
        """A file of the memory: follow it on if it has something new and is still the same."""
        self._missing.pop(place.key, None)
        if one.size + place.base == place.offset and one.changed_ns == place.changed_ns:
            place.path = one.path
            return
        if one.size + place.base < place.offset or not is_same(place, one):
            self._cut(place)
            self._meet(one)
            return
        place.path = one.path
        if len(self._tails) < MAX_OPEN:
            place.changed_ns = one.changed_ns
            self._open(place, one)
        else:
            self.waiting += 1

    def _look_for_missing(self, found: dict[tuple[int, int], Found]) -> None:
        """Files of the memory that no path names any more: renamed away, removed, or in the spool."""
        folders: dict[str, dict[int, str]] = {}
        for place in list(self._places.values()):
            if place.key in self._tails or (place.device, place.inode) in found:
                continue
            if self._in_spool(place):
                self._open_piece(place)
                continue
            folder = os.path.dirname(place.path)  # noqa: PTH120
            if folder not in folders:
                folders[folder] = by_inode(folder)
            path = folders[folder].get(place.inode)
            one = look(path) if path else None
            if one is not None and (one.device == place.device or is_same(place, one)):
                place.device = one.device
                self._moved.add(place.key)
                self._come_back(place, one)
                continue
            if not os.path.isdir(folder):  # noqa: PTH112  a disk that is not mounted comes back
                continue
            seen = self._missing[place.key] = self._missing.get(place.key, 0) + 1
            self.waiting += 1
            if seen >= MISSING_SCANS:
                self._gone(place)

    def _open_piece(self, place: Place) -> None:
        one = look(place.path)
        if one is None:
            self._forget(place)
        elif one.size + place.base <= place.offset and place.key not in self._rests:
            self._forget(place)
            self._spool.remove(Path(place.path))
        else:
            self._moved.add(place.key)
            self._open(place, one)

    def _gone(self, place: Place) -> None:
        """The file was removed while nobody held it open."""
        orphan = self._spool.orphan(place.key)
        if orphan is not None and (one := look(str(orphan[0]))) is not None:
            place.offset = max(place.offset, orphan[1])
            self._into_spool(place, one, orphan[1])
        else:
            self._cut(place)

    def _unpack(self, place: Place, blocks: Iterator[bytes] | None) -> bool:
        """The file was packed while nobody followed it: what was not sent goes from there into the spool."""
        if blocks is None:
            return False
        path = self._spool.rest_path(place.key, place.offset)
        lost = self._spool.lost
        self._spool.put(path, blocks)
        self._count_lost(self._spool.lost - lost, place.path)
        one = look(str(path))
        if one is None:
            return False
        self._into_spool(place, one, place.offset)
        return True

    # -- helpers of all ---------------------------------------------------------------------------

    def _in_spool(self, place: Place) -> bool:
        return place.path.startswith(str(self._spool.folder) + os.sep)

    def _open(self, place: Place, one: Found) -> bool:
        try:
            descriptor = os.open(one.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            self._unreadable(one.path, error)
            return False
        if os.fstat(descriptor).st_ino != one.inode:
            os.close(descriptor)  # another file has taken the name meanwhile: the next look sees it
            return False
        envelope = Envelope(self._host, place.label or place.path)
        self._tails[place.key] = Tail(place, descriptor, envelope, self._book.mark)
        self._grown[place.key] = time.monotonic()
        return True

    def _unreadable(self, path: str, error: OSError) -> None:
        self._tell(_("{path} cannot be read: {reason}", path=shown(path), reason=system_error(error)))

    def _let_go(self, key: str) -> None:
        tail = self._tails.pop(key, None)
        if tail is not None:
            tail.left = True
            tail.close()

    def _forget(self, place: Place) -> None:
        self._let_go(place.key)
        self._book.leave(place)
        for memory in (self._places, self._grown, self._missing):
            memory.pop(place.key, None)
        self._moved.discard(place.key)
        self._book.changed = True

    def _count_lost(self, size: int, path: str) -> None:
        if size > 0:
            self._counts.lost_bytes += size
            self._book.places.lost_bytes += size
            self._book.changed = True
            self._tell(
                _(
                    "LOST: {size} bytes of {path} were removed before they could be sent",
                    size=size,
                    path=shown(path),
                )
            )
