"""The centre looks for new and changed rules by itself."""

import time
from pathlib import Path

import msgspec

from keng.detect.sigma import RuleSet, load_rules
from keng.formats.recognise import parse_record
from keng.model.alert import AlertChange
from keng.model.event import Event, LogSource
from keng.normalise.normalise import to_event
from keng.normalise.ocsf import hot_table
from keng.normalise.privacy import redact
from keng.runtime.prepare import Steps
from keng.runtime.retro_worker import RetroWorker
from keng.state import retro as jobs
from keng.state.alerts import AlertFilter, alerts
from keng.state.database import open_state
from keng.state.retro import OPEN
from keng.store.chdb import ChdbStore

NOW = 1_790_000_000_000_000
RULE = """
title: {title}
id: {id}
logsource: {{product: windows, category: process_creation}}
detection:
  s: {{CommandLine|contains: {word}}}
  condition: s
level: high
"""


def _rules(folder: Path, *words: str) -> RuleSet:
    for number, word in enumerate(words):
        rule_id = f"{number:08d}-1111-4111-8111-111111111111"
        (folder / f"{number}.yml").write_text(RULE.format(title=f"Rule {number}", id=rule_id, word=word))
    return load_rules([folder])


def test_a_new_rule_finds_what_lies_in_history_and_a_known_one_is_not_looked_for_again(
    tmp_path: Path,
) -> None:
    state = open_state(tmp_path / "state.db")
    store = ChdbStore(tmp_path / "events", hot_table)
    source = LogSource("windows", "sysmon", ("process_creation",))
    fields = {"CommandLine": "mimidogz", "EventID": 1}
    store.insert([Event(fields, source, NOW, "pc1", id="a" * 32, agency="syt", source="s", received_us=NOW)])
    told: list[AlertChange] = []
    worker = RetroWorker(
        state, store, Steps(parse_record, to_event, redact), lambda: NOW, told.extend, watch_s=0.05, pause=0.0
    )
    folder = tmp_path / "rules"
    folder.mkdir()
    worker.start(_rules(folder, "nothing"))
    try:
        with state.read() as conn:
            assert jobs.jobs(conn) == []  # a first start has no history to search
        assert worker.use_rules(_rules(folder, "nothing")) is None
        asked = worker.use_rules(_rules(folder, "nothing", "mimidogz"))
        assert asked is not None and len(asked.request.rule_ids) == 1
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with state.read() as conn:
                job = jobs.job(conn, asked.id)
            if job is not None and job.status not in OPEN:
                break
            time.sleep(0.05)
        with state.read() as conn:
            found = alerts(conn, AlertFilter(found_later=True), None)
        assert [one.rule.title for one in found] == ["Rule 1"]
        assert [change.alert.id for change in told] == [found[0].id]
        changed = worker.use_rules(_rules(folder, "nothing", "other"))
        assert changed is not None and changed.request.record
        described = _rules(folder, "nothing", "other")
        texts = tuple(
            msgspec.structs.replace(one, info=msgspec.structs.replace(one.info, title="New title"))
            for one in described.rules
        )
        assert worker.use_rules(msgspec.structs.replace(described, rules=texts)) is None
    finally:
        assert worker.stop()
        store.close()
        state.close()
