"""The thread that reads the journal and runs the pipeline on it, slice by slice."""

import threading
import time

import structlog

from keng.journal.base import Entry, Journal
from keng.runtime.pipeline import MAX_PAUSE_S, Pipeline, StoppedError

SLICE_RECORDS = 5000
READ_ENTRIES = 2000
WAIT_S = 0.2
# At low rates a slice starts at most so often: each is a part in the event store and two syncs of the disk.
MIN_INTERVAL_S = 0.25
_log = structlog.get_logger("keng.runtime.consumer")


class Consumer:
    """start(), stop(); `alive` says whether the thread runs, `failures` how often a slice failed as a whole."""

    def __init__(self, journal: Journal, pipeline: Pipeline) -> None:
        self._journal = journal
        self._pipeline = pipeline
        self._thread = threading.Thread(target=self._run, name="pipeline", daemon=True)
        self.failures = 0

    def start(self) -> None:
        """Begin at the pipeline's cursor."""
        self._thread.start()

    def stop(self, timeout_s: float = 30.0) -> bool:
        """Finish the slice at hand; false if it did not end in time."""
        self._pipeline.stopping.set()
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
        while not stopping.is_set():
            started = time.monotonic()
            try:
                records = self._slice()
                pause = 0.25
            except StoppedError:
                return
            except Exception as error:
                # The slice is tried again from its start: its stages are idempotent.
                self.failures += 1
                self._pipeline.failure = f"{type(error).__name__}: {error}"[:500]
                _log.exception("slice failed and will be tried again", pause_s=pause, failures=self.failures)
                stopping.wait(pause)
                pause = min(pause * 2, MAX_PAUSE_S)
                continue
            if records < SLICE_RECORDS // 2:
                stopping.wait(max(0.0, MIN_INTERVAL_S - (time.monotonic() - started)) if records else 0.0)

    def _slice(self) -> int:
        """Work on what waits, at most about 5,000 records at once. Returns how many records there were."""
        entries = self._journal.read(self._pipeline.offset, READ_ENTRIES, WAIT_S)
        total = 0
        if not entries:
            self._pipeline.idle()
        while entries and not self._pipeline.stopping.is_set():
            some, entries = _first(entries)
            self._pipeline.run(some)
            total += sum(len(entry.batch.records) for entry in some)
        return total


def _first(entries: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    records = 0
    for n, entry in enumerate(entries):
        records += len(entry.batch.records)
        if n and records > SLICE_RECORDS:
            return entries[:n], entries[n:]
    return entries, []
