"""Jobs of searching history: found later, never twice, resumed, cancelled."""

import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from keng.detect.sigma import Detector, Engine, RuleSet, load_rules
from keng.formats.recognise import parse_record
from keng.model.event import Event, LogSource
from keng.normalise.normalise import to_event
from keng.normalise.ocsf import hot_table
from keng.normalise.privacy import redact
from keng.runtime.prepare import Steps
from keng.runtime.retro_job import digests, run_job, subset
from keng.state import retro as jobs
from keng.state.alerts import AlertFilter, alerts, record_detections
from keng.state.database import State, open_state
from keng.state.retro import RetroRequest, RetroStatus
from keng.store.chdb import ChdbStore

STEPS = Steps(parse_record, to_event, redact)
NOW = 1_790_000_000_000_000
MINUTE = 60_000_000
RULES = """
title: Shadow copies deleted
id: 11111111-1111-4111-8111-111111111111
logsource: {product: windows, category: process_creation}
detection:
  s: {CommandLine|contains|all: [delete, shadows]}
  filter: {User|endswith: backup}
  condition: s and not filter
level: high
---
title: Logon failed
id: 22222222-2222-4222-8222-222222222222
name: failed
logsource: {product: windows, service: security}
detection:
  s: {EventID: 4625}
  condition: s
level: low
---
title: Password guessed
id: 33333333-3333-4333-8333-333333333333
correlation:
  type: event_count
  rules: [failed]
  group-by: [TargetUserName]
  timespan: 10m
  condition: {gte: 3}
level: medium
"""


def _event(number: int, fields: dict[str, object], logsource: LogSource, minute: int) -> Event:
    return Event(
        fields,
        logsource,
        time_us=NOW + minute * MINUTE,
        host="pc1",
        id=f"{number:032x}",
        agency="syt" if number % 2 else "sgd",
        source="s",
        received_us=NOW + minute * MINUTE,
        offset=number,
    )


def _events() -> list[Event]:
    start = LogSource("windows", "sysmon", ("process_creation",))
    logon = LogSource("windows", "security", ())
    out = [
        _event(1, {"EventID": 1, "CommandLine": "vssadmin DELETE shadows /all", "User": "an"}, start, 0),
        _event(2, {"EventID": 1, "CommandLine": "vssadmin delete shadows", "User": "TINH\\backup"}, start, 1),
        _event(3, {"EventID": 1, "CommandLine": "notepad", "User": "an"}, start, 2),
        _event(4, {"EventID": 1, "CommandLine": "wmic shadowcopy delete; shadows", "User": None}, start, 3),
    ]
    out += [_event(10 + n, {"EventID": 4625, "TargetUserName": "hoa"}, logon, n) for n in range(6)]
    out += [_event(30 + n, {"EventID": 4624, "TargetUserName": "hoa"}, logon, n) for n in range(6)]
    return out


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "rules.yml").write_text(RULES, "utf-8")
    loaded = load_rules([folder])
    assert len(loaded.rules) == 2 and len(loaded.correlations) == 1, loaded.errors
    return loaded


@pytest.fixture
def state(tmp_path: Path) -> State:
    return open_state(tmp_path / "state.db")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChdbStore]:
    opened = ChdbStore(tmp_path_factory.mktemp("store") / "events", hot_table)
    opened.insert(_events())
    yield opened
    opened.close()


def _ask(state: State, **request: object) -> jobs.RetroJob:
    with state.write() as conn:
        return jobs.ask(conn, RetroRequest(**{"record": True, **request}), "person", "test", NOW)  # type: ignore[arg-type]


def test_what_is_found_becomes_alerts_marked_found_later(
    state: State, store: ChdbStore, ruleset: RuleSet
) -> None:
    ended = run_job(_ask(state), state, store, ruleset, STEPS, lambda: NOW)
    assert ended.status is RetroStatus.DONE and ended.events == ended.of_events == 16
    with state.read() as conn:
        found = alerts(conn, AlertFilter(found_later=True), None)
    assert {one.rule.title for one in found} == {"Shadow copies deleted", "Password guessed"}
    assert all(one.found_later for one in found)
    assert sum(one.count for one in found if one.rule.title == "Shadow copies deleted") == 2


def test_history_says_what_the_stream_says(state: State, store: ChdbStore, ruleset: RuleSet) -> None:
    detector = Detector(ruleset)
    ordered = sorted(_events(), key=lambda event: (event.time_us, event.offset))
    stream = {(d.rule.id, d.event.id) for d in [*detector.feed(ordered), *detector.flush()]}
    ended = run_job(_ask(state), state, store, ruleset, STEPS, lambda: NOW)
    assert {(one.rule_id, one.event_id) for one in ended.samples} == stream


def test_what_the_stream_has_counted_is_not_counted_again(
    state: State, store: ChdbStore, ruleset: RuleSet
) -> None:
    with state.write() as conn:
        record_detections(
            conn, [d for d in Engine(ruleset).match(_events()) if d.rule.title != "Logon failed"], NOW
        )
    run_job(_ask(state), state, store, ruleset, STEPS, lambda: NOW)
    run_job(_ask(state), state, store, ruleset, STEPS, lambda: NOW)
    with state.read() as conn:
        found = [
            one for one in alerts(conn, AlertFilter(), None) if one.rule.title == "Shadow copies deleted"
        ]
    assert sum(one.count for one in found) == 2
    assert not any(one.found_later for one in found)


def test_one_agency_and_a_time_can_be_asked_for(state: State, store: ChdbStore, ruleset: RuleSet) -> None:
    ended = run_job(_ask(state, agency="syt"), state, store, ruleset, STEPS, lambda: NOW)
    assert {one.agency for one in ended.samples} == {"syt"}
    later = run_job(_ask(state, since_us=NOW + 2 * MINUTE), state, store, ruleset, STEPS, lambda: NOW)
    assert {one.event_id for one in later.samples if one.level == "high"} == {f"{4:032x}"}


def test_a_job_that_was_asked_to_end_ends(state: State, store: ChdbStore, ruleset: RuleSet) -> None:
    job = _ask(state)
    with state.write() as conn:
        jobs.save(conn, msgspec.structs.replace(job, status=RetroStatus.RUNNING))
        assert jobs.cancel(conn, job.id, NOW)
    ended = run_job(job, state, store, ruleset, STEPS, lambda: NOW)
    assert ended.status is RetroStatus.CANCELLED and not ended.samples


def test_a_job_goes_on_at_its_next_slice(state: State, store: ChdbStore, ruleset: RuleSet) -> None:
    plain = msgspec.structs.replace(ruleset, correlations=())
    whole = run_job(_ask(state), state, store, plain, STEPS, lambda: NOW)
    half = msgspec.structs.replace(
        whole, id=_ask(state).id, status=RetroStatus.RUNNING, slices=whole.slices * 2, done=len(whole.slices)
    )
    with state.write() as conn:
        jobs.save(conn, half)
    told: list[int] = []
    ended = run_job(half, state, store, plain, STEPS, lambda: NOW, tell=lambda job: told.append(job.done))
    assert ended.status is RetroStatus.DONE and ended.done == 2 * len(whole.slices)
    assert 0 not in told


def test_a_centre_that_stops_leaves_the_job_open(state: State, store: ChdbStore, ruleset: RuleSet) -> None:
    stop = threading.Event()
    stop.set()
    job = _ask(state)
    run_job(job, state, store, ruleset, STEPS, lambda: NOW, pause=1.0, stop=stop)
    with state.read() as conn:
        kept = jobs.next_job(conn)
    assert kept is not None and kept.id == job.id and kept.status is RetroStatus.RUNNING


def test_rules_that_cannot_be_read_fail_the_job_with_a_reason(
    state: State, store: ChdbStore, ruleset: RuleSet, tmp_path: Path
) -> None:
    ended = run_job(_ask(state, paths=(str(tmp_path / "none"),)), state, store, ruleset, STEPS, lambda: NOW)
    assert ended.status is RetroStatus.FAILED and "none" in ended.error


def test_a_noisy_rule_is_given_up_and_named(state: State, store: ChdbStore, ruleset: RuleSet) -> None:
    plain = msgspec.structs.replace(ruleset, correlations=())
    ended = run_job(_ask(state, per_rule=3), state, store, plain, STEPS, lambda: NOW)
    assert ended.noisy == ("22222222-2222-4222-8222-222222222222",)


def test_a_subset_takes_along_what_correlations_need(ruleset: RuleSet) -> None:
    only = subset(ruleset, ["33333333-3333-4333-8333-333333333333"])
    assert [rule.name for rule in only.rules] == ["failed"] and len(only.correlations) == 1
    assert len(subset(ruleset, ["22222222-2222-4222-8222-222222222222"]).correlations) == 1


def test_the_digest_of_a_rule_is_what_it_says_not_where_it_lies(ruleset: RuleSet) -> None:
    moved = msgspec.structs.replace(
        ruleset,
        rules=tuple(
            msgspec.structs.replace(rule, info=msgspec.structs.replace(rule.info, path="elsewhere"), line=99)
            for rule in ruleset.rules
        ),
    )
    assert digests(moved) == digests(ruleset)
