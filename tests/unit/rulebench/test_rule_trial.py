"""What a rule would have said: matches, alerts a day, the noisiest values."""

from collections.abc import Callable
from pathlib import Path

from keng.detect.sigma import RuleSet
from keng.formats.recognise import parse_record
from keng.model.event import Event
from keng.normalise.normalise import to_event
from keng.normalise.ocsf import hot_table
from keng.normalise.privacy import redact
from keng.rulebench.rule_trial import try_rules
from keng.runtime.prepare import Steps
from keng.store.chdb import ChdbStore
from keng.store.history import DAY_US, History

NOW = 1_790_000_000_000_000


def test_a_rule_is_tried_on_history(ruleset: RuleSet, start: Callable[..., Event], tmp_path: Path) -> None:
    events = []
    for number in range(20):
        event = start(CommandLine="delete shadows" if number < 8 else "list", User="backup")
        event.id, event.time_us, event.agency = f"{number:032x}", NOW + number * DAY_US // 10, "syt"
        event.received_us, event.source, event.host = event.time_us, "s", f"pc{number % 2}"
        events.append(event)
    store = ChdbStore(tmp_path / "events", hot_table)
    store.insert(events)
    history = History(store.connection())
    (found,) = try_rules(ruleset, history, Steps(parse_record, to_event, redact))
    assert found.matches == 8 and found.matches_of == {"syt": 8} and found.events == 20
    assert found.alerts_a_day["syt"] > 0 and len(found.examples) == 5 and not found.stopped
    assert ("CommandLine", "delete shadows", 8) in [
        (one.field, one.value, one.matches) for one in found.noisiest
    ]
    (none,) = try_rules(
        ruleset, history, Steps(parse_record, to_event, redact), agencies=frozenset({"other"})
    )
    assert none.matches == 0
    history.close()
    store.close()
