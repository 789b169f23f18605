"""The loop: look at the files, read a batch, send it until it is settled, remember how far. One thread.

The memory is saved before the first record of a new file is sent, about once a second while sending, and at rest; where an
entry ends that may yet grow, before it is sent. What was sent since is sent again after a kill, under the same ids.
"""

import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from keng.i18n import _
from keng.i18n.system_error import system_error
from keng.send.book import Book
from keng.send.counts import Counts, Teller
from keng.send.drops import Drops
from keng.send.feed import Chunk, Parcel
from keng.send.follower import Follower
from keng.send.stdin import Stdin
from keng.send.target import Delivered, Later, Target

BATCH_BYTES = 2 << 20
BATCH_RECORDS = 50_000
SAVE_S = 1.0
FIRST_PAUSE_S, LAST_PAUSE_S, DENIED_PAUSE_S = 0.25, 30.0, 10.0


class GaveUpError(Exception):
    """It ends before everything was sent; the text says why."""


class Forwarder:
    """run() until `stop` is set or, with `once`, until everything was sent.

    once: a refusal that lasts (a wrong token), or an absence longer than `patience_s` (0: none), is a GaveUpError.
    """

    def __init__(
        self,
        follower: Follower,
        drops: Drops,
        stdin: Stdin | None,
        book: Book,
        target: Target,
        counts: Counts,
        tell: Teller,
        once: bool = False,
        patience_s: float = 0.0,
        poll_s: float = 0.25,
    ) -> None:
        self._follower = follower
        self._drops = drops
        self._stdin = stdin
        self._book = book
        self._target = target
        self._counts = counts
        self._tell = tell
        self._once = once
        self._patience = patience_s
        self._poll = poll_s
        self._ending = False  # with `once`: all that is there now is all
        self._saved = 0.0
        self._looked = self._look_s = 0.0
        self._asking = ThreadPoolExecutor(1, thread_name_prefix="deliver")
        self.stop = threading.Event()

    def run(self) -> None:
        """Raises GaveUpError, and OSError if the memory cannot be written."""
        try:
            while not self.stop.is_set():
                self._look()
                if self._move() or self._drops.current is not None:
                    continue
                self._save()
                if self._once and self._finished():
                    break
                self.stop.wait(self._poll)
        except StoppedError:
            return
        finally:
            self._follower.close()
            self._book.save()
            self._asking.shutdown()
            self._target.close()

    def _look(self, now: bool = False) -> None:
        started = time.monotonic()
        # Many files take long to look at: a tenth of the time at most goes into looking.
        if now or started - self._looked >= max(self._poll, 10 * self._look_s):
            if self._stdin is not None:
                self._follower.active = self._stdin.active
            self._follower.scan()
            self._drops.scan()
            self._looked = time.monotonic()
            self._look_s = self._looked - started

    def _move(self) -> bool:
        """One batch, from the files to the centre; false if there was nothing."""
        chunks = self._read()
        if not chunks:
            return False
        if self._book.urgent or time.monotonic() - self._saved >= SAVE_S:
            self._save()
        self._book.save_marks()
        self._deliver([parcel for chunk in chunks for parcel in chunk.parcels])
        for chunk in chunks:
            chunk.feed.arrived(chunk)
            self._counts.sent += len(chunk.parcels)
            self._counts.sent_bytes += chunk.size
            self._refuse(chunk.refused, chunk.reason)
            self._book.changed = True
            if chunk.feed is self._drops.current:
                self._book.drops_changed = True
        self._book.places.sent = self._counts.sent
        current = self._drops.current
        if current is not None and current.ended:
            self._drops.finish()
        return True

    def _read(self) -> list[Chunk]:
        chunks: list[Chunk] = []
        room = BATCH_BYTES
        for tail, final in self._follower.feeds(self._ending):
            if room <= 0:
                break
            if (chunk := tail.read(room, final)) is not None:
                chunks.append(chunk)
                room -= chunk.size
        current = self._drops.current
        if current is not None and room > 0:
            try:
                chunk = current.read(room)
            except OSError as error:
                self._drops.give_up(system_error(error))
                return chunks
            if chunk is not None:
                chunks.append(chunk)
            elif current.ended:
                self._drops.finish()
        return chunks

    def _finished(self) -> bool:
        """Nothing was to be read: is there nothing to come either? Then last lines without an end are lines, too."""
        if self._stdin is not None and not self._stdin.ended:
            return False
        self._look(now=True)
        if self._drops.waiting or self._follower.waiting:
            return False
        if not self._ending:
            self._ending = True
            return False
        return not any(tail.unsent for tail, _final in self._follower.feeds(True))

    def _deliver(self, parcels: Sequence[Parcel]) -> None:
        """Send until it is settled. Files are looked after meanwhile."""
        pause = FIRST_PAUSE_S
        away_since = 0.0
        while parcels:
            answer = self._answer(parcels)
            if not isinstance(answer, Later):
                self._refuse(answer.refused, answer.reason)
                if away_since:
                    self._counts.waiting = ""
                    self._tell(_("the centre is there again"))
                return
            if answer.smaller:
                if len(parcels) == 1:
                    self._refuse(1, answer.why)
                    return
                half = len(parcels) // 2
                self._deliver(parcels[:half])
                parcels = parcels[half:]
                continue
            away_since = away_since or time.monotonic()
            self._counts.retries += 1
            self._counts.waiting = answer.why
            self._tell(answer.why)
            if self._once and answer.denied:
                raise GaveUpError(answer.why)
            if self._patience and time.monotonic() - away_since > self._patience:
                raise GaveUpError(answer.why)
            wait = max(pause, answer.after_s, DENIED_PAUSE_S if answer.denied else 0.0)
            self._wait(wait * random.uniform(0.8, 1.2))  # noqa: S311  so that many forwarders do not come at once
            pause = min(pause * 2, LAST_PAUSE_S)

    def _answer(self, parcels: Sequence[Parcel]) -> Delivered | Later:
        """Of the target. Files are looked after while it is awaited: they may be renamed, cut and removed."""
        asked = self._asking.submit(self._target.deliver, parcels)
        while True:
            try:
                return asked.result(self._poll)
            except TimeoutError:
                self._look()

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self.stop.wait(min(left, self._poll)):
                raise StoppedError
            self._look()
            self._save()

    def _refuse(self, count: int, reason: str) -> None:
        if count:
            self._counts.refused += count
            self._counts.last_refusal = reason
            self._book.places.refused += count
            self._tell(
                _(
                    "refused: {count} records so far; the last: {reason}",
                    count=self._counts.refused,
                    reason=reason,
                ),
                "refused",
            )

    def _save(self) -> None:
        self._book.save()
        self._saved = time.monotonic()


class StoppedError(Exception):
    """Told to stop while a batch was not settled: it is sent again at the next start."""
