"""What every journal promises. A new implementation is one more line in IMPLEMENTATIONS."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from tests.servers.nats import NatsServer

from keng.journal.base import Journal, JournalFullError
from keng.journal.jetstream import JetStreamJournal
from keng.journal.sqlite import SqliteJournal
from keng.model.batch import Batch

Make = Callable[[int], Journal]


@contextmanager
def sqlite(folder: Path) -> Iterator[Make]:
    yield lambda max_bytes: SqliteJournal(folder / "journal.db", max_bytes)


@contextmanager
def jetstream(folder: Path) -> Iterator[Make]:
    server = NatsServer(folder)
    try:
        yield lambda max_bytes: JetStreamJournal(server.url, max_bytes)
    finally:
        server.kill()


IMPLEMENTATIONS: dict[str, Callable[[Path], AbstractContextManager[Make]]] = {
    "jetstream": jetstream,
    "sqlite": sqlite,
}
BIG = 1 << 30
Open = Callable[..., Journal]


def batch(n: int, size: int = 10, records: int = 2) -> Batch:
    lines = tuple(
        f"{n}.{i} ".encode() + bytes((n * 7 + i * 13 + k * 31) % 251 for k in range(size))
        for i in range(records)
    )
    return Batch(
        "src",
        "agency",
        "elastic_bulk",
        "127.0.0.1:1",
        1_000_000 + n,
        lines,
        tuple(f"id{n}.{i}" for i in range(records)),
    )


@pytest.fixture(params=sorted(IMPLEMENTATIONS))
def open_journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    opened: list[Journal] = []

    with IMPLEMENTATIONS[request.param](tmp_path) as make:

        def opening(max_bytes: int = BIG) -> Journal:
            journal = make(max_bytes)
            opened.append(journal)
            return journal

        yield opening
        for journal in opened:
            journal.close()


def test_offsets_start_at_one_and_have_no_gaps(open_journal: Open) -> None:
    journal = open_journal()
    assert journal.last_offset() == 0
    assert journal.append([batch(1), batch(2)]) == [1, 2]
    assert journal.append([batch(3)]) == [3]
    assert journal.last_offset() == 3


def test_what_was_appended_is_read_back_unchanged_and_in_order(open_journal: Open) -> None:
    journal = open_journal()
    batches = [batch(n, size=300) for n in range(1, 40)]
    journal.append(batches)
    entries = journal.read(0, limit=1000)
    assert [entry.offset for entry in entries] == list(range(1, 40))
    assert [entry.batch for entry in entries] == batches


def test_read_starts_after_the_offset_and_keeps_the_limit(open_journal: Open) -> None:
    journal = open_journal()
    journal.append([batch(n) for n in range(1, 11)])
    assert [entry.offset for entry in journal.read(4, limit=3)] == [5, 6, 7]
    assert journal.read(10) == []


def test_nothing_to_append_is_nothing(open_journal: Open) -> None:
    journal = open_journal()
    assert journal.append([]) == []
    assert journal.last_offset() == 0


def test_raw_bytes_of_any_value_survive(open_journal: Open) -> None:
    journal = open_journal()
    journal.append([Batch("s", "a", "t", "", 0, (bytes(range(256)), b"", b"\x00\xff" * 5000))])
    assert journal.read(0)[0].batch.records == (bytes(range(256)), b"", b"\x00\xff" * 5000)


def test_entries_survive_closing_and_opening(open_journal: Open) -> None:
    journal = open_journal()
    journal.append([batch(1), batch(2)])
    journal.close()
    again = open_journal()
    assert [entry.batch for entry in again.read(0)] == [batch(1), batch(2)]
    assert again.append([batch(3)]) == [3]


def test_a_trim_forgets_entries_but_never_an_offset(open_journal: Open) -> None:
    journal = open_journal()
    journal.append([batch(n) for n in range(1, 6)])
    journal.trim(3)
    assert [entry.offset for entry in journal.read(0)] == [4, 5]
    journal.trim(5)
    assert journal.read(0) == []
    assert journal.last_offset() == 5
    journal.close()
    again = open_journal()
    assert again.last_offset() == 5
    assert again.append([batch(6)]) == [6]
    assert [entry.offset for entry in again.read(0)] == [6]


def test_a_trim_beyond_the_end_or_back_in_time_is_harmless(open_journal: Open) -> None:
    journal = open_journal()
    journal.append([batch(1), batch(2)])
    journal.trim(99)
    journal.trim(1)
    assert journal.append([batch(3)]) == [3]
    assert [entry.offset for entry in journal.read(0)] == [3]


def test_a_full_journal_refuses_all_of_an_append_and_takes_again_after_a_trim(open_journal: Open) -> None:
    journal = open_journal(max_bytes=20_000)
    taken = 0
    with pytest.raises(JournalFullError):
        for n in range(1, 1000):
            journal.append([batch(n, size=2000)])
            taken += 1
    assert journal.last_offset() == taken > 0
    assert journal.size_bytes() <= 20_000
    journal.trim(taken)
    assert journal.size_bytes() == 0
    assert journal.append([batch(1)]) == [taken + 1]


def test_an_append_of_several_batches_is_taken_whole_or_not_at_all(open_journal: Open) -> None:
    journal = open_journal(max_bytes=20_000)
    journal.append([batch(1, size=2000)])
    with pytest.raises(JournalFullError):
        journal.append([batch(n, size=2000) for n in range(2, 400)])
    assert journal.last_offset() == 1
    assert [entry.offset for entry in journal.read(0)] == [1]
    assert journal.append([batch(2), batch(3)]) == [2, 3]


def test_the_records_that_wait_are_counted(open_journal: Open) -> None:
    journal = open_journal()
    journal.append([batch(1, records=2), batch(2, records=3), batch(3, records=5)])
    assert [journal.records_after(offset) for offset in range(4)] == [10, 8, 5, 0]
    journal.trim(1)
    assert journal.records_after(0) == 8


def test_the_bound_holds_after_opening_again(open_journal: Open) -> None:
    journal = open_journal()
    journal.append([batch(n, size=500) for n in range(1, 20)])
    held = journal.size_bytes()
    journal.close()
    assert open_journal().size_bytes() == held


def test_read_waits_for_the_first_entry(open_journal: Open) -> None:
    journal = open_journal()
    timer = threading.Timer(0.2, lambda: journal.append([batch(1)]))
    timer.start()
    started = time.monotonic()
    assert [entry.offset for entry in journal.read(0, timeout=10.0)] == [1]
    assert time.monotonic() - started < 5
    timer.join()
    assert journal.read(1, timeout=0.05) == []


def test_many_threads_append_without_loss_or_overlap(open_journal: Open) -> None:
    journal = open_journal()
    offsets: dict[int, int] = {}

    def work(k: int) -> None:
        for i in range(20):
            n = k * 100 + i
            (offsets[n],) = journal.append([batch(n)])

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(offsets.values()) == list(range(1, 161))
    by_offset = {entry.offset: entry.batch for entry in journal.read(0, limit=1000)}
    assert all(by_offset[offset] == batch(n) for n, offset in offsets.items())


def test_closing_twice_is_harmless_and_a_closed_journal_takes_nothing(open_journal: Open) -> None:
    journal = open_journal()
    journal.close()
    journal.close()
    with pytest.raises(OSError):
        journal.append([batch(1)])
