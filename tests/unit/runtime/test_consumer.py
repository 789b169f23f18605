import threading
import time
from pathlib import Path

from keng.journal.base import Entry
from keng.journal.sqlite import SqliteJournal
from keng.model.batch import Batch
from keng.model.event import Event, LogSource
from keng.runtime.consumer import SLICE_RECORDS, Consumer, _first
from keng.runtime.prepare import Prepared


class Recorder:
    """Stands where the pipeline stands; the first slices fail."""

    def __init__(self, failures: int = 0, unprepared: int = 0) -> None:
        self.journal: SqliteJournal | None = None
        self.unprepared = unprepared
        self.prepared_by: set[str] = set()
        self.offset = 0
        self.failure = ""
        self.failures = failures
        self.slices: list[int] = []
        self.idles = 0
        self.settled = False
        self.stopping = threading.Event()

    def read(self, after: int, limit: int, timeout: float) -> list[Entry]:
        assert self.journal is not None
        return self.journal.read(after, limit, timeout)

    def prepare(self, entries: list[Entry]) -> Prepared:
        if self.unprepared and entries:
            self.unprepared -= 1
            raise RuntimeError("not prepared")
        self.prepared_by.add(threading.current_thread().name.partition("_")[0])
        return Prepared([(b"%d" % entry.offset, Event({}, LogSource())) for entry in entries], [])

    def run(self, entries: list[Entry], prepared: Prepared) -> None:
        assert [name for name, _event in prepared.events] == [b"%d" % entry.offset for entry in entries]
        if self.failures:
            self.failures -= 1
            raise RuntimeError("stumbled")
        self.offset = entries[-1].offset
        self.slices.append(sum(len(entry.batch.records) for entry in entries))

    def idle(self) -> None:
        self.idles += 1

    def settle(self) -> None:
        self.settled = True


def batch(records: int) -> Batch:
    return Batch("s", "a", "t", "", 1, (b"x",) * records)


def run(tmp_path: Path, recorder: Recorder, batches: list[Batch], seconds: float = 10.0) -> Consumer:
    journal = SqliteJournal(tmp_path / "journal.db", 1 << 30)
    journal.append(batches)
    recorder.journal = journal
    consumer = Consumer(recorder)  # type: ignore[arg-type]
    consumer.start()
    end = time.monotonic() + seconds
    while recorder.offset < len(batches):
        assert time.monotonic() < end
        time.sleep(0.01)
    while not recorder.idles:
        time.sleep(0.01)
    assert consumer.alive
    assert consumer.stop()
    assert recorder.settled
    journal.close()
    return consumer


def test_slices_are_bounded_and_nothing_is_left_out(tmp_path: Path) -> None:
    recorder = Recorder()
    run(tmp_path, recorder, [batch(2000) for _n in range(20)])
    assert sum(recorder.slices) == 40_000
    assert max(recorder.slices) <= SLICE_RECORDS


def test_the_rest_of_a_read_of_the_journal_makes_no_short_slice(tmp_path: Path) -> None:
    recorder = Recorder()
    large = Batch("s", "a", "t", "", 1, (b"x" * 1200,) * 1000)  # a read of the journal gives 13 of these
    run(tmp_path, recorder, [large] * 35)
    assert sum(recorder.slices) == 35_000
    assert recorder.slices == [10_000, 10_000, 10_000, 5000]


def test_a_slice_that_fails_is_tried_again(tmp_path: Path) -> None:
    recorder = Recorder(failures=2)
    consumer = run(tmp_path, recorder, [batch(1), batch(2)])
    assert consumer.failures == 2
    assert recorder.slices == [3]


def test_much_that_waits_is_prepared_ahead_in_order_also_when_a_slice_or_a_preparation_fails(
    tmp_path: Path,
) -> None:
    recorder = Recorder(failures=1, unprepared=2)
    consumer = run(tmp_path, recorder, [batch(3000) for _n in range(30)])
    assert consumer.failures == 3
    assert sum(recorder.slices) == 90_000
    assert recorder.prepared_by == {"pipeline", "prepare"}


def test_an_entry_larger_than_a_slice_goes_alone() -> None:
    entries = [Entry(1, batch(SLICE_RECORDS * 2)), Entry(2, batch(1))]
    assert _first(entries) == ([entries[0]], [entries[1]])
