"""Searching history finds what the exhaustive evaluator finds on the stored events, on generated rules and events.

Events repeat but for their time, as real ones do, and lie in several slices; what one slice teaches serves the next.
With small limits every way of looking is taken: by the rarest need, by clauses, narrowed clauses, and by words.
"""

from pathlib import Path

import pytest
import yaml
from tests.conformance.sigma import exhaustive
from tests.conformance.sigma.generated import PLACEHOLDERS, Maker
from tests.conformance.sigma.rules import ruleset

from keng.detect.sigma import retro_source
from keng.formats.recognise import parse_record
from keng.model.event import Event
from keng.normalise.normalise import to_event
from keng.normalise.ocsf import hot_table
from keng.normalise.privacy import redact
from keng.runtime import retro
from keng.runtime.prepare import Steps
from keng.runtime.revive import Reviver
from keng.store.chdb import ChdbStore
from keng.store.history import History
from keng.store.query import SearchQuery

RULES, EVENTS, REPEATS, SLICE = 60, 70, 2, 50
STEPS = Steps(parse_record, to_event, redact)
RECEIVED = 1_790_000_000_000_000
Hits = set[tuple[str, str]]


def _events(maker: Maker) -> list[Event]:
    """Each of some events `REPEATS` times, at other times."""
    made: list[Event] = []
    for _ in range(EVENTS):
        first = maker.event()
        for _again in range(REPEATS):
            number = len(made)
            event = Event(dict(first.fields), first.logsource, raw=first.raw)
            event.id, event.agency, event.offset = f"{number:032x}", "a", number
            event.time_us = RECEIVED + maker.chance.randrange(3_600 * 10**6)
            event.received_us = RECEIVED
            made.append(event)
    return made


def _stored(store: ChdbStore) -> list[Event]:
    events: list[Event] = []
    reviver, cursor = Reviver(STEPS), ""
    while True:
        page = store.search(SearchQuery(), None, cursor, 1000)
        events += [reviver.event(one) for one in page.events]
        cursor = page.next
        if not cursor:
            return events


def _compare(seed: int, folder: Path) -> tuple[Hits, Hits, int]:
    """What history says, what the oracle says, number of slices."""
    maker = Maker(seed)
    documents = [maker.rule(number) for number in range(RULES)]
    rules = ruleset(yaml.safe_dump_all(documents, allow_unicode=True), **PLACEHOLDERS)
    store = ChdbStore(folder, hot_table)
    try:
        store.insert(_events(maker))
        history = History(store.connection())
        search = retro.Retro(rules, history, STEPS, per_rule=1 << 40)
        slices = history.slices(size=SLICE)
        found = {(hit.rule.id, hit.event.id) for step in search.run(slices) for hit in step.detections}
        history.close()
        stored = _stored(store)
        assert len(stored) == EVENTS * REPEATS
        expected = {(rule, stored[place].id) for place, rule in exhaustive.evaluate(rules.rules, stored)}
    finally:
        store.close()
    return found, expected, len(slices)


def _check(seed: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if seed % 2:
        monkeypatch.setattr(retro_source, "DEAR_EVENTS", 2)
        monkeypatch.setattr(retro_source, "WORTH_A_LOOK", 1)
        monkeypatch.setattr(retro_source, "MAX_CLAUSES", 1 + seed % 5)
        monkeypatch.setattr(retro, "MAX_BY_WORD", 1)
    found, expected, slices = _compare(seed, folder)
    assert slices > 1
    assert expected
    assert found == expected, (
        f"seed {seed}: {len(found - expected)} too many, {len(expected - found)} missing"
    )


@pytest.mark.parametrize("seed", range(3))
def test_history_finds_what_the_exhaustive_evaluator_finds(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _check(seed, tmp_path / "events", monkeypatch)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 160))
def test_history_finds_what_the_exhaustive_evaluator_finds_on_many_more(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _check(seed, tmp_path / "events", monkeypatch)
