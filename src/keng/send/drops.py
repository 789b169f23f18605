"""Watched folders: a file dropped into one is read once, as a whole, when it has stopped growing, and remembered.

Afterwards it is moved into `done/` beside it, or left. A file with the same bytes is not sent again. One that went on
growing after it was read (its first bytes are those of before) is read on from where it ended, in `done/`, too: a copy over
a slow network pauses for longer than anybody waits. One that cannot be read is tried again after a while.
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from keng.i18n import _
from keng.i18n.system_error import system_error
from keng.scan.shown import shown
from keng.send.book import Book, Drop
from keng.send.counts import Counts, Teller
from keng.send.find import Found, find, look
from keng.send.whole import WholeFile, hashes

SETTLE_S = 2.0
AGAIN_S = 30.0
DONE = "done"
UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".new", ".swp")


class Drops:
    """scan() looks for new files; `current` is the one that is being read. move: into `done/` afterwards, but for `stay`."""

    def __init__(
        self,
        patterns: Sequence[str],
        book: Book,
        host: str,
        counts: Counts,
        tell: Teller,
        move: bool = True,
        settle_s: float = SETTLE_S,
        stay: Sequence[str] = (),
    ) -> None:
        self._patterns = patterns
        self._book = book
        self._host = host
        self._counts = counts
        self._tell = tell
        self._move = move
        self._settle = settle_s
        self._stay = frozenset(stay)
        self._seen: dict[tuple[int, int], tuple[int, int, float]] = {}
        self._over: dict[tuple[int, int], tuple[int, int]] = {}
        self._read = {(drop.device, drop.inode): drop for drop in book.drops.drops.values()}
        self._growing: set[tuple[int, int]] = set()  # files that changed while they were read
        self._again: dict[tuple[int, int], float] = {}  # when files that could not be read are tried again
        self.current: WholeFile | None = None
        self.waiting = 0  # files that are there and not done

    def scan(self) -> None:
        """Begin with the next file that has settled, if none is being read."""
        now = time.monotonic()
        self.waiting = int(self.current is not None)
        for one in sorted(find(self._patterns).values(), key=lambda one: one.changed_ns):
            sign = one.size, one.changed_ns
            name = Path(one.path).name
            if self._over.get(one.file) == sign or self._again.get(one.file, 0.0) > now:
                continue
            if Path(one.path).parent.name == DONE and not self._went_on(one):
                continue
            if name.startswith(".") or name.lower().endswith(UNFINISHED) or not one.size:
                continue
            self.waiting += 1
            seen = self._seen.get(one.file)
            if seen is None or seen[:2] != sign:
                self._seen[one.file] = (*sign, now)
            elif now - seen[2] >= self._settle and self.current is None:
                self._begin(one)

    def finish(self) -> None:
        """All records of the current file have arrived: remember it, durably, and put it aside."""
        current, self.current = self.current, None
        if current is None:
            return
        drop = current.drop
        drop.done = True
        self._book.drops_changed = True
        self._book.save()
        one = look(current.name)
        if one is not None and (one.size, one.changed_ns) != (drop.size, drop.changed_ns):
            self._growing.add(one.file)  # it is not left yet by whoever writes it
            return
        self._growing.discard((drop.device, drop.inode))
        self._aside(current.name, drop)

    def give_up(self, reason: str) -> None:
        """The current file cannot be read: it is tried again later."""
        current, self.current = self.current, None
        if current is not None:
            self._later((current.drop.device, current.drop.inode), current.name, reason)

    def _later(self, file: tuple[int, int], path: str, reason: str) -> None:
        self._over.pop(file, None)
        self._again[file] = time.monotonic() + AGAIN_S
        self._tell(_("{path} cannot be read: {reason}", path=shown(path), reason=reason))

    def _went_on(self, one: Found) -> bool:
        """Has a file changed after it was read and moved? Who writes it knows nothing of its new name."""
        drop = self._read.get(one.file)
        return drop is not None and (one.size != drop.size or drop.changed_ns not in (0, one.changed_ns))

    def _begin(self, one: Found) -> None:
        drops = self._book.drops.drops
        self._over[one.file] = one.size, one.changed_ns
        same = [
            (digest, drop)
            for digest, drop in drops.items()
            if (drop.device, drop.inode) == one.file and drop.size < one.size
        ]
        earlier = max(same, key=lambda pair: pair[1].size, default=None)
        try:
            first, digest, size = hashes(one.path, earlier[1].size if earlier else 0)
        except OSError as error:
            self._later(one.file, one.path, system_error(error))
            return
        known = drops.get(digest)
        if known is not None and known.done:
            self._counts.doubles += 1
            self._aside(one.path, known)
            return
        if known is None:
            known = Drop(one.path, one.device, one.inode, size, key=digest)
            before = self._read.get(one.file)
            if earlier is not None and first == earlier[0]:
                # Of the last record only a part may have been there.
                known.key, known.index = earlier[1].key, max(earlier[1].index - 1, 0)
            elif before is not None and (one.file in self._growing or Path(one.path).parent.name == DONE):
                # Bytes in the middle came later (a copy that makes room first): what was sent has the same ids.
                known.key = before.key
            drops[digest] = known
        known.path, known.device, known.inode = one.path, one.device, one.inode
        known.changed_ns = one.changed_ns
        self._read[one.file] = known
        self._book.drops_changed = self._book.urgent = True
        self.current = WholeFile(one.path, known, self._host)
        self._counts.files += 1

    def _aside(self, path: str, drop: Drop) -> None:
        if not self._move or path in self._stay or Path(path).parent.name == DONE:
            return
        here = Path(path)
        folder = here.parent / DONE
        try:
            folder.mkdir(exist_ok=True)
            to = folder / here.name
            number = 1
            while to.exists():
                to = folder / f"{here.stem}-{number}{here.suffix}"
                number += 1
            os.rename(here, to)  # noqa: PTH104  never over another one
            if drop.path == path:
                drop.path = str(to)
                self._book.drops_changed = True
        except OSError as error:
            self._tell(
                _(
                    "{path} cannot be moved into {folder}: {reason}",
                    path=shown(path),
                    folder=DONE,
                    reason=system_error(error),
                )
            )
