import asyncio
import errno
from collections.abc import Sequence
from pathlib import Path

from keng.collect.ports import Outcome, Sender
from keng.journal.sqlite import SqliteJournal
from keng.model.batch import Batch
from keng.model.rejected import Rejected
from keng.runtime import reception as module
from keng.runtime.accounting import Accounting
from keng.runtime.reception import Reception
from keng.runtime.senders import Senders
from keng.state.database import State
from keng.state.quarantine import quarantined
from keng.state.sightings import sightings

from .conftest import NOW, register

BATCH = Batch("bv-win", "bv", "elastic_bulk", "p", NOW, (b"1", b"2"))


class BrokenJournal:
    def __init__(self, code: int) -> None:
        self.code = code

    def append(self, batches: Sequence[Batch]) -> list[int]:
        raise OSError(self.code, "the disk refuses")


def reception(state: State, journal: object, fatal: list[str]) -> tuple[Reception, Accounting]:
    accounting = Accounting()
    senders = Senders(state, lambda: NOW)
    return Reception(journal, state, senders, accounting, lambda: NOW, fatal.append), accounting  # type: ignore[arg-type]


def test_taken_means_in_the_journal(state: State, tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "j.db", 1 << 20)
    door, accounting = reception(state, journal, [])
    assert asyncio.run(door.take([BATCH])) is Outcome.TAKEN
    assert journal.read(0)[0].batch == BATCH
    assert accounting.counts().journaled == accounting.counts().received == 2
    door.close()
    journal.close()


def test_a_full_journal_is_told_and_not_counted_as_received(state: State, tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "j.db", 10)
    door, accounting = reception(state, journal, [])
    assert asyncio.run(door.take([BATCH])) is Outcome.FULL
    assert (accounting.counts().received, accounting.counts().waits) == (0, 1)
    door.close()
    journal.close()


def test_a_disk_that_cannot_be_trusted_ends_the_process_a_full_one_does_not(state: State) -> None:
    fatal: list[str] = []
    for code in (errno.ENOSPC, errno.EIO):
        door, _accounting = reception(state, BrokenJournal(code), fatal)
        assert asyncio.run(door.take([BATCH])) is Outcome.FAILED
        door.close()
    assert len(fatal) == 1


def test_refused_records_are_kept_by_flush_and_counted_at_once(state: State, monkeypatch: object) -> None:
    register(state)
    door, accounting = reception(state, BrokenJournal(0), [])
    door.refuse(Sender("bv-win", "bv"), "elastic_bulk", "10.0.0.1:1", [Rejected("broken", "line 2", b"{")])
    door.refuse(
        None, "syslog_udp", "10.0.0.2:1", [Rejected("unknown", "", b"<1>x")] * (module.MAX_PENDING + 10)
    )
    door.drop("syslog_udp", 3)
    counts = accounting.counts()
    assert (counts.received, counts.rejected, counts.dropped) == (
        module.MAX_PENDING + 14,
        module.MAX_PENDING + 11,
        3,
    )
    door.flush()
    door.flush()
    with state.read() as conn:
        seen = sightings(conn, None)
        (kept,) = quarantined(conn, None, "bv-win")
    assert seen[""].rejected == module.MAX_PENDING + 10
    assert (seen["bv-win"].rejected, seen["bv-win"].last_error) == (1, "broken")
    assert (kept.reason, kept.position, kept.raw) == ("broken", "elastic_bulk, 10.0.0.1:1, line 2", b"{")
    door.close()
