"""The process beside a centre, for real: what it answers, killed at any moment, with doubles, restarts and new rules."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from keng.journal.sqlite import SqliteJournal
from keng.model.alert import AlertChange
from keng.model.batch import Batch
from keng.normalise.ocsf import hot_table
from keng.runtime.accounting import Accounting
from keng.runtime.beside import Beside, BesideError, beside
from keng.runtime.engine import load_engine
from keng.runtime.evaluated import DETECT_ONLY, DOUBLE
from keng.runtime.identity import event_ids
from keng.runtime.parts import default_steps
from keng.runtime.pipeline import Pipeline
from keng.runtime.prepare import Preparation
from keng.runtime.settings import Settings
from keng.state.alerts import AlertFilter, alerts
from keng.state.database import State, open_state
from keng.store.chdb import ChdbStore
from keng.store.search import parse_search

from .conftest import NOW
from .test_centre_killed import RULE, document


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("centre")
    (folder / "rule.yml").write_text(RULE)
    return folder


@pytest.fixture(scope="module")
def settings(folder: Path) -> Settings:
    return Settings(data_dir=folder / "data", rules=(folder / "rule.yml",))


@pytest.fixture(scope="module")
def side(settings: Settings) -> Iterator[Beside]:
    settings.data_dir.mkdir(exist_ok=True)
    open_state(settings.state_place).close()
    loaded, _rules = load_engine(settings)
    side = Beside(settings)
    side.rules = loaded.rules
    side.start()
    assert not side.ready  # it is loading, and nobody waits for that
    yield side
    side.close()


def batch(*numbers: int) -> Batch:
    return Batch("s", "a", "elastic_bulk", "", NOW, tuple(document(n).encode() for n in numbers))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    journal = SqliteJournal(tmp_path / "journal.db", 1 << 30)
    yield journal
    journal.close()


def test_it_answers_with_ids_detections_and_columns_and_again_after_a_kill(
    side: Beside, journal: SqliteJournal
) -> None:
    journal.append([batch(0, 1, 2), batch(3, 45)])
    entries = journal.read_packed(0)
    first = side.evaluate(entries)
    assert len(first.names()) == 5
    assert [one.before_us > 0 for one in first.found] == [True, True]
    assert len(first.made) == 1
    assert first.received_us == [NOW] * 5
    assert side.ready
    before = side.restarts
    os.kill(side.pid, signal.SIGKILL)
    again = side.evaluate(entries)
    assert again == first
    assert side.restarts == before + 1


def test_marked_events_are_left_out_or_only_detected(side: Beside, journal: SqliteJournal) -> None:
    journal.append([batch(0, 45, 50)])
    entries = journal.read_packed(0)
    done = side.evaluate(entries, bytes([DOUBLE, DETECT_ONLY, DETECT_ONLY]))
    assert len(done.found) == 2
    assert done.made == []
    assert len(done.received_us) == 2
    assert len(done.names()) == 3


def test_new_rules_are_read_when_they_are_asked_for_and_others_refused(
    side: Beside, journal: SqliteJournal, settings: Settings, folder: Path
) -> None:
    journal.append([batch(1)])
    entries = journal.read_packed(0)
    before = side.rules
    assert side.evaluate(entries).found == []
    (folder / "rule.yml").write_text(RULE.replace("kengtestmark", "ordinary"))
    try:
        loaded, _rules = load_engine(settings)
        assert loaded.rules != before
        assert side.evaluate(entries).rules == before
        side.rules = loaded.rules
        assert len(side.evaluate(entries).found) == 1
        side.rules = "of nobody"
        with pytest.raises(BesideError, match="of nobody"):
            side.evaluate(entries)
    finally:
        (folder / "rule.yml").write_text(RULE)
        side.rules = before


def test_it_ends_with_its_centre_and_does_not_begin_again(
    side: Beside, settings: Settings, journal: SqliteJournal
) -> None:
    journal.append([batch(1)])
    entries = journal.read_packed(0)
    own = beside(settings) or Beside(settings)
    own.rules = side.rules
    own.start()
    pid = own.pid
    own.evaluate(entries)
    os.kill(pid, signal.SIGTERM)  # to the whole group: the centre decides
    own.evaluate(entries)
    assert own.pid == pid
    own.close()
    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(BesideError):
        own.evaluate(entries)


def test_one_processor_or_servers_need_none(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0})
    assert beside(settings) is None
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1})
    assert isinstance(beside(settings), Beside)
    assert beside(Settings(journal_url="nats://127.0.0.1:4222")) is None


class Run:
    """A pipeline on a folder of its own, with the real store, with or without a process beside it."""

    def __init__(self, folder: Path, settings: Settings, side: Beside | None) -> None:
        folder.mkdir()
        self.journal = SqliteJournal(folder / "journal.db", 1 << 30)
        self.state: State = open_state(folder / "state.db")
        self.store = ChdbStore(folder / "events", hot_table)
        self.settings, self.side = settings, side
        self.accounting = Accounting()
        self.begin()

    def begin(self) -> None:
        loaded, _rules = load_engine(self.settings)
        published: list[AlertChange] = []
        self.pipeline = Pipeline(
            self.journal, self.store, self.state, loaded,
            Preparation(default_steps(), event_ids), self.accounting, published.extend, lambda: NOW, 1000, 0.0,
            beside=self.side,
        )  # fmt: skip

    def work(self) -> None:
        while self.side is not None and self.side.pid and not self.side.ready:
            time.sleep(0.05)
        while entries := self.pipeline.read(self.pipeline.offset, 1, 0.0):
            self.pipeline.run(entries, self.pipeline.prepare(entries))

    def outcome(self) -> tuple[object, ...]:
        self.pipeline.settle()
        with self.state.read() as conn:
            found = {
                one.rule.id: (one.count, one.first_us, one.last_us)
                for one in alerts(conn, AlertFilter(), None)
            }
        query = parse_search("", NOW)
        page = self.store.search(query, None, limit=1000)  # type: ignore[arg-type]
        events = sorted((one.id, one.raw, json.dumps(one.fields, sort_keys=True)) for one in page.events)
        counts = self.accounting.counts()
        return found, events, counts.stored, counts.duplicates, self.pipeline.offset

    def close(self) -> None:
        self.pipeline.close()
        self.store.close()
        self.state.close()
        self.journal.close()


def test_the_pipeline_comes_to_the_same_with_it_and_without_through_doubles_kills_and_restarts(
    side: Beside, settings: Settings, tmp_path: Path
) -> None:
    outcomes = []
    for name, beside_it in (("near", None), ("far", side)):
        run = Run(tmp_path / name, settings, beside_it)
        run.journal.append([batch(*range(30)), batch(*range(20, 60))])
        run.work()
        # Stored, and killed before the commit: the next one detects it again and does not store it again.
        run.journal.append([batch(*range(60, 100)), batch(*range(90, 110))])
        entries = run.pipeline.read(run.pipeline.offset, 1, 0.0)
        run.pipeline.stopping.set()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("keng.runtime.pipeline.record_detections", _broken)
            patch.setattr("keng.runtime.pipeline.add_sightings", _broken)
            with pytest.raises(Exception, match="killed here"):
                run.pipeline.run(entries, run.pipeline.prepare(entries))
        run.pipeline.close()
        run.begin()
        if beside_it is not None:
            os.kill(beside_it.pid, signal.SIGKILL)
        run.work()
        outcomes.append(run.outcome())
        run.close()
    assert outcomes[0] == outcomes[1]
    assert len(outcomes[0][1]) == 110  # type: ignore[arg-type]
    assert outcomes[0][3] == 20


def _broken(*_given: object) -> None:
    raise OSError("killed here")


def test_a_failed_insert_is_asked_for_again_without_what_the_store_has_kept(
    side: Beside, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(tmp_path / "far", settings, side)
    run.journal.append([batch(*range(30))])
    insert = run.store.insert_made
    times = iter((True, False))

    def stumbling(portions: object) -> None:
        insert(portions)  # type: ignore[arg-type]
        if next(times):
            raise OSError("the answer was lost")

    monkeypatch.setattr(run.store, "insert_made", stumbling)
    run.work()
    assert len(run.outcome()[1]) == 30  # type: ignore[arg-type]
    run.close()


def test_a_process_that_cannot_be_had_is_done_without(settings: Settings, tmp_path: Path) -> None:
    gone = Beside(settings)
    gone.close()
    run = Run(tmp_path / "far", settings, gone)
    run.journal.append([batch(*range(60))])
    run.work()
    found, events, *_rest = run.outcome()
    assert len(events) == 60  # type: ignore[arg-type]
    assert len(found) == 2  # type: ignore[arg-type]
    run.close()


def test_a_kill_while_several_threads_ask_changes_no_answer(side: Beside, journal: SqliteJournal) -> None:
    journal.append([batch(*range(40))])
    entries = journal.read_packed(0)
    first = side.evaluate(entries)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(side.evaluate(entries))) for _n in range(3)]
    os.kill(side.pid, signal.SIGKILL)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == [first] * 3
