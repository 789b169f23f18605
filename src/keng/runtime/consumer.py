"""The thread that reads the journal and runs the pipeline on it, slice by slice."""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import NamedTuple

import structlog

from keng.journal.base import Packed
from keng.runtime.evaluated import Evaluated
from keng.runtime.pipeline import MAX_PAUSE_S, Pipeline, StoppedError
from keng.runtime.pipeline_parts import Line
from keng.runtime.prepare import Prepared

SLICE_RECORDS = 10_000
READ_ENTRIES = 2000
WAIT_S = 0.2
# At low rates a slice starts at most so often: each is a part in the event store and two syncs of the disk.
MIN_INTERVAL_S = 0.25
_log = structlog.get_logger("keng.runtime.consumer")


class _Taken(NamedTuple):
    """A slice of the journal, read and prepared."""

    entries: list[Line]
    records: int
    prepared: Prepared | Evaluated


class Consumer:
    """start(), stop(); `alive` says whether the thread runs, `failures` how often a slice failed as a whole."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._thread = threading.Thread(target=self._run, name="pipeline", daemon=True)
        self._read: list[Line] = []  # from the journal, and not yet taken
        self.failures = 0
        self.hurry = threading.Event()  # set by who waits for the pipeline: no pause before the next slice

    def start(self) -> None:
        """Begin at the pipeline's cursor."""
        self._thread.start()

    def stop(self, timeout_s: float = 30.0) -> bool:
        """Finish the slice at hand; false if it did not end in time."""
        self._pipeline.stopping.set()
        self.hurry.set()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @property
    def alive(self) -> bool:
        """Whether events are being worked on."""
        return self._thread.is_alive()

    def _run(self) -> None:
        self._work()
        try:
            self._pipeline.settle()
        except Exception:
            # The next start does it: what is not committed is worked on again.
            _log.exception("the last slices could not be committed")

    def _work(self) -> None:
        stopping = self._pipeline.stopping
        pause = 0.25
        with ThreadPoolExecutor(1, thread_name_prefix="prepare") as ahead:
            while not stopping.is_set():
                started = time.monotonic()
                try:
                    records = self._slice(ahead)
                    pause = 0.25
                except StoppedError:
                    return
                except Exception as error:
                    # The slice is tried again from its start: its stages are idempotent.
                    self.failures += 1
                    self._pipeline.failure = f"{type(error).__name__}: {error}"[:500]
                    _log.exception(
                        "slice failed and will be tried again", pause_s=pause, failures=self.failures
                    )
                    stopping.wait(pause)
                    pause = min(pause * 2, MAX_PAUSE_S)
                    continue
                if records < SLICE_RECORDS // 2:
                    self.hurry.wait(
                        max(0.0, MIN_INTERVAL_S - (time.monotonic() - started)) if records else 0.0
                    )
                self.hurry.clear()

    def _slice(self, ahead: ThreadPoolExecutor) -> int:
        """Work on what waits. Returns how many records the last slice had.

        While much waits, the next slice is read and prepared beside the work on this one: the event store's work
        is native code, and leaves the interpreter to the preparation.
        """
        taken = self._take(self._pipeline.offset)
        if not taken.entries:
            self._pipeline.idle()
        while taken.entries and not self._pipeline.stopping.is_set():
            following: Future[_Taken] | None = None
            if taken.records >= SLICE_RECORDS // 2:
                following = ahead.submit(self._take, taken.entries[-1].offset)
            try:
                self._pipeline.run(taken.entries, taken.prepared)
            finally:
                if following is not None:
                    wait((following,))
            if following is None:
                return taken.records
            taken = following.result()
        return taken.records

    def _take(self, after: int) -> _Taken:
        read = self._read if self._read and self._read[0].offset == after + 1 else []
        if sum(map(_records, read)) < SLICE_RECORDS:
            # The rest of an earlier read would make a short slice: each costs a part in the store, and none is
            # prepared beside it.
            last = read[-1].offset if read else after
            read = read + self._pipeline.read(last, READ_ENTRIES, 0.0 if read else WAIT_S)
        entries, self._read = _first(read)
        records = sum(map(_records, entries))
        return _Taken(entries, records, self._pipeline.prepare(entries))


def _records(entry: Line) -> int:
    return entry.records if isinstance(entry, Packed) else len(entry.batch.records)


def _first(entries: list[Line]) -> tuple[list[Line], list[Line]]:
    """As many as hold `SLICE_RECORDS`, at least one; and the rest."""
    records = 0
    for n, entry in enumerate(entries):
        records += _records(entry)
        if n and records > SLICE_RECORDS:
            return entries[:n], entries[n:]
    return entries, []
