"""Searching history by anchors and classes says exactly what the engine says on every stored event."""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from keng.detect.sigma import Engine, RuleSet, load_rules
from keng.formats.recognise import parse_record, read_file
from keng.model.event import Event, LogSource
from keng.model.record import Record
from keng.normalise.normalise import to_event
from keng.normalise.ocsf import hot_table
from keng.normalise.privacy import redact
from keng.resources import rules_dir
from keng.rulebench.samples import Sample, samples_under
from keng.runtime.prepare import Steps
from keng.runtime.retro import CancelledError, Retro
from keng.runtime.revive import Reviver
from keng.store.chdb import ChdbStore
from keng.store.history import History
from keng.store.query import SearchQuery

STEPS = Steps(parse_record, to_event, redact)
RECEIVED = 1_790_000_000_000_000
SYSTEM = LogSource("windows", "system", ())
KEYWORD = """
title: Word
id: 11111111-1111-4111-8111-111111111111
logsource: {product: windows}
detection:
  words: [mimidogz]
  own: {Message|endswith: testing}
  condition: words and not own
"""
Hits = set[tuple[str, str]]


def _named(events: Sequence[Event]) -> list[Event]:
    for number, event in enumerate(events):
        event.id = sha256(f"{number}".encode()).hexdigest()[:32]
        event.agency, event.received_us, event.offset = "syt", RECEIVED, number
    return list(events)


def _compare(ruleset: RuleSet, events: list[Event], folder: Path) -> tuple[Hits, Hits, Hits, Retro]:
    """What the stream says, what history says, and what the engine says on every stored event."""
    store = ChdbStore(folder / "events", hot_table)
    store.insert(events)
    history = History(store.connection())
    retro = Retro(ruleset, history, STEPS, per_rule=1 << 40)
    engine, reviver = Engine(ruleset), Reviver(STEPS)
    found: Hits = set()
    whole: Hits = set()
    for part in history.slices():
        found |= {(d.rule.id, d.event.id) for d in retro.slice(part)}
    cursor = ""
    while True:
        page = store.search(SearchQuery(), None, cursor, 1000)
        whole |= {(d.rule.id, d.event.id) for d in engine.match([reviver.event(one) for one in page.events])}
        cursor = page.next
        if not cursor:
            break
    history.close()
    store.close()
    stream = {(d.rule.id, d.event.id) for d in Engine(ruleset).match(events)}
    loud = set(ruleset.info) - retro.silent
    return ({x for x in stream if x[0] in loud}, found, {x for x in whole if x[0] in loud}, retro)


def _samples(*folders: str) -> list[Event]:
    return _named(
        [
            event
            for folder in folders
            for sample in samples_under(rules_dir() / "samples" / folder)
            if isinstance(sample, Sample)
            for event in sample.events[:3]
        ]
    )


def test_on_the_samples_of_our_rules_nothing_differs(tmp_path: Path) -> None:
    ruleset = load_rules([rules_dir() / "web", rules_dir() / "firewall", rules_dir() / "windows"])
    stream, found, whole, retro = _compare(ruleset, _samples("web", "firewall"), tmp_path)
    assert len(found) > 20
    assert found == whole == stream
    assert retro.loaded > 0


@pytest.mark.long
def test_on_the_samples_of_all_our_rules_nothing_differs(tmp_path: Path) -> None:
    folders = [path.name for path in (rules_dir() / "samples").iterdir()]
    stream, found, whole, _retro = _compare(load_rules([rules_dir()]), _samples(*folders), tmp_path)
    assert len(found) > 100
    assert found == whole == stream


@pytest.mark.shared
@pytest.mark.long
def test_on_attack_samples_with_all_public_rules_nothing_differs(shared_data: Path, tmp_path: Path) -> None:
    sigma = shared_data / "sigma"
    ruleset = load_rules([sigma / "rules", sigma / "rules-emerging-threats", sigma / "rules-threat-hunting"])
    events: list[Event] = []
    for path in sorted((shared_data / "evtx-attack-samples").rglob("*.evtx")):
        with path.open("rb") as stream:
            events += [
                redact(to_event(one)) for one in read_file(stream, path.name) if isinstance(one, Record)
            ]
    for path in sorted((shared_data / "behaviour" / "slips").rglob("*.log"))[:20]:
        with path.open("rb") as stream:
            events += [
                redact(to_event(one)) for one in read_file(stream, path.name) if isinstance(one, Record)
            ]
    said, found, whole, _retro = _compare(ruleset, _named(events), tmp_path)
    assert len(found) > 500
    assert found == whole == said


def test_a_search_that_is_asked_to_end_ends(tmp_path: Path) -> None:
    store = ChdbStore(tmp_path / "events", hot_table)
    sample = next(one for one in samples_under(rules_dir() / "samples") if isinstance(one, Sample))
    store.insert(_named(sample.events))
    history = History(store.connection())
    retro = Retro(load_rules([rules_dir() / "web"]), history, STEPS)
    with pytest.raises(CancelledError):
        list(retro.run(history.slices(), cancelled=lambda: True))
    history.close()
    store.close()


@pytest.mark.parametrize("most", [1, 2000])
def test_many_events_with_a_keyword_are_looked_at_before_they_are_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("keng.runtime.retro.MAX_BY_WORD", most)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "r.yml").write_text(KEYWORD)
    texts = ["mimidogz here", "MIMIDOGZ", "mimidogz for testing"] + ["calm"] * 500
    events = [
        Event({"EventID": 1, "Message": text}, SYSTEM, RECEIVED, "pc", raw=json.dumps({"Message": text}))
        for text in texts
    ]
    stream, found, whole, retro = _compare(load_rules([tmp_path / "rules"]), _named(events), tmp_path)
    assert len(found) == 2 and found == whole == stream
    assert retro.loaded == (2 if most == 1 else 3)
