"""Each crash point of a slice, by hand: what was done before it is not done twice, what was not is done."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from keng.journal.sqlite import SqliteJournal
from keng.model.alert import AlertChange
from keng.model.batch import Batch
from keng.runtime.accounting import Accounting
from keng.runtime.identity import event_ids
from keng.runtime.memory import Memory, pack
from keng.runtime.pipeline import CONSUMER, Pipeline, StoppedError
from keng.runtime.pipeline_parts import Loaded
from keng.runtime.prepare import Preparation
from keng.state import cursors
from keng.state import sightings as sightings_module
from keng.state.alerts import AlertFilter, alerts
from keng.state.database import State
from keng.state.sightings import sightings

from .conftest import NOW, STEPS, MemoryStore, WordDetector


class Bench:
    """A pipeline that can be thrown away and made anew on what is on disk, as after a kill."""

    def __init__(self, folder: Path, state: State, store: MemoryStore) -> None:
        self.journal = SqliteJournal(folder / "journal.db", 1 << 30)
        self.state = state
        self.store = store
        self.published: list[AlertChange] = []
        self.accounting = Accounting()
        self.restart()

    def restart(self, rules: str = "rules-1", commit_s: float = 0.0) -> None:
        if hasattr(self, "pipeline"):
            self.pipeline.close()
        self.detector = WordDetector()
        self.pipeline = Pipeline(
            self.journal, self.store, self.state, Loaded(self.detector, rules), Preparation(STEPS, event_ids),
            self.accounting, self.published.extend, lambda: NOW, 1000, commit_s,
        )  # fmt: skip

    def send(self, *texts: str) -> None:
        records = tuple(b'{"message":"%b"}' % text.encode() for text in texts)
        self.journal.append([Batch("bv-win", "bv", "elastic_bulk", "", NOW, records)])

    def run(self) -> None:
        if entries := self.journal.read(self.pipeline.offset):
            self.pipeline.run(entries, self.pipeline.prepare(entries))

    def stored(self) -> list[str]:
        return [event.raw[12:-2] for event in self.store.events]

    def counts(self) -> dict[str, int]:
        with self.state.read() as conn:
            return {alert.rule.id: alert.count for alert in alerts(conn, AlertFilter(), None)}


@pytest.fixture
def bench(tmp_path: Path, state: State, store: MemoryStore) -> Iterator[Bench]:
    bench = Bench(tmp_path, state, store)
    yield bench
    bench.pipeline.close()
    bench.journal.close()


def test_alerts_cursor_and_detector_state_are_committed_together(bench: Bench) -> None:
    bench.send("evil", "fail 1", "fail 2")
    bench.run()
    with bench.state.read() as conn:
        cursor = cursors.get(conn, CONSUMER)
    assert cursor.offset == 1
    bench.restart()
    assert bench.detector.fails == 2
    assert bench.pipeline.offset == 1
    assert bench.journal.read(0) == []
    assert [change.kind for change in bench.published] == ["new"]


def test_killed_between_store_and_commit_nothing_is_stored_or_counted_twice(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.send("fail 1", "fail 2", "evil")
    bench.pipeline.stopping.set()  # a failing commit then gives up at once, as a kill would

    def broken(*_args: object) -> None:
        raise OSError("killed here")

    with monkeypatch.context() as patch:
        patch.setattr("keng.runtime.pipeline.add_sightings", broken)
        with pytest.raises(StoppedError):
            bench.run()
    assert bench.stored() == ["fail 1", "fail 2", "evil"]
    assert bench.counts() == {}
    bench.restart()
    bench.send("fail 3", "fail 1")
    bench.run()
    assert bench.stored() == ["fail 1", "fail 2", "evil", "fail 3"]
    assert sorted(bench.counts().values()) == [1, 1]
    counts = bench.accounting.counts()
    assert (counts.stored, counts.duplicates) == (4, 1)


def test_killed_before_the_store_everything_is_done_at_the_next_start(bench: Bench) -> None:
    bench.send("evil")
    bench.pipeline.stopping.set()
    bench.store.fail = 1
    with pytest.raises(StoppedError):
        bench.run()
    bench.restart()
    bench.run()
    assert bench.stored() == ["evil"]
    assert list(bench.counts().values()) == [1]


def test_doubles_are_recognised_across_a_restart(bench: Bench) -> None:
    bench.send("evil")
    bench.run()
    bench.restart()
    bench.send("evil")
    bench.run()
    assert bench.stored() == ["evil"]
    assert bench.accounting.counts().duplicates == 1


def test_a_source_that_sends_only_doubles_is_still_seen(bench: Bench) -> None:
    bench.send("x")
    bench.run()
    bench.send("x")
    bench.run()
    with bench.state.read() as conn:
        seen = sightings(conn, None)["bv-win"]
    assert seen.received == 1
    assert seen == sightings_module.Sighting("bv-win", "bv", NOW, NOW, 1, 1)


def test_what_the_store_kept_of_a_failed_insert_is_not_inserted_again(bench: Bench) -> None:
    insert = bench.store.insert
    failed = False

    def half(events: list[object]) -> None:
        nonlocal failed
        if not failed:
            failed = True
            insert(events[:1])  # type: ignore[arg-type]
            raise OSError("half of it")
        insert(events)  # type: ignore[arg-type]

    bench.store.insert = half  # type: ignore[method-assign, assignment]
    bench.send("a", "b")
    bench.run()
    assert bench.stored() == ["a", "b"]


def test_new_rules_take_over_between_slices(bench: Bench) -> None:
    bench.send("fail 1", "fail 2")
    bench.run()
    detector = WordDetector()
    bench.pipeline.replace_detector(Loaded(detector, "rules-2"))
    bench.send("fail 3")
    bench.run()
    assert detector.fails == 3
    assert len(detector.fed) == 1


def test_a_state_that_the_detector_cannot_read_starts_correlations_anew(bench: Bench) -> None:
    with bench.state.write() as conn:
        cursors.put(conn, CONSUMER, 0, pack(Memory("old", b"not a number")))
    bench.restart()
    assert bench.detector.fails == 0


def test_what_time_alone_brings_about_becomes_an_alert(bench: Bench) -> None:
    bench.send("evil")
    entries = bench.journal.read(0)
    (event,) = [event for _id, event in Preparation(STEPS, event_ids).prepare(entries).events]
    detections = WordDetector().feed([event])
    bench.detector.tick = lambda now_us: detections  # type: ignore[method-assign]
    bench.pipeline.idle()
    assert list(bench.counts().values()) == [1]
    assert bench.pipeline.offset == 0


def test_without_news_the_cursor_is_written_later_and_a_kill_before_it_costs_nothing(bench: Bench) -> None:
    bench.restart(commit_s=3600.0)
    bench.send("evil")
    bench.run()  # news: committed at once
    bench.send("fail 1")
    bench.run()
    bench.send("fail 2")
    bench.run()
    with bench.state.read() as conn:
        assert cursors.get(conn, CONSUMER).offset == 1
    bench.restart(commit_s=3600.0)  # killed: what was not committed is worked on again
    assert bench.pipeline.offset == 1
    bench.run()
    bench.send("fail 3")
    bench.run()
    assert bench.stored() == ["evil", "fail 1", "fail 2", "fail 3"]
    assert bench.counts()["three-fails"] == 1
    with bench.state.read() as conn:
        assert cursors.get(conn, CONSUMER).offset == 4
        assert sightings(conn, None)["bv-win"].received == 4


def test_what_is_worked_on_is_committed_at_the_end(bench: Bench) -> None:
    bench.restart(commit_s=3600.0)
    bench.send("evil")
    bench.run()
    bench.send("x")
    bench.run()
    bench.pipeline.settle()
    with bench.state.read() as conn:
        assert cursors.get(conn, CONSUMER).offset == 2
