"""What is decided in one place for all agencies, and what in each partition."""

from pathlib import Path

from keng.detect.sigma import RuleSet, load_rules
from keng.detect.sigma.engine import Engine
from keng.model.event import Event, LogSource
from keng.runtime.shares import ShareDetector, wide_ids, wide_rules

RULES = """
title: Failed
id: 00000000-0000-4000-8000-000000000001
name: failed
status: test
logsource: {product: linux}
detection: {selection: {message|contains: Failed}, condition: selection}
level: low
---
title: Other
id: 00000000-0000-4000-8000-000000000002
status: test
logsource: {product: linux}
detection: {selection: {message|contains: other}, condition: selection}
level: low
---
title: Narrow
id: 00000000-0000-4000-8000-000000000003
status: test
correlation: {type: event_count, rules: [failed], group-by: [hostname], timespan: 5m, condition: {gte: 2}}
level: high
---
title: Wide
id: 00000000-0000-4000-8000-000000000004
name: wide
status: test
correlation: {type: event_count, rules: [failed], timespan: 5m, condition: {gte: 2}}
level: high
keng: {across_agencies: true}
---
title: On top of the wide one
id: 00000000-0000-4000-8000-000000000005
status: test
correlation: {type: event_count, rules: [wide], timespan: 5m, condition: {gte: 1}}
level: high
"""


def rules(tmp_path: Path) -> RuleSet:
    (tmp_path / "rules.yml").write_text(RULES)
    return load_rules([tmp_path / "rules.yml"])


def events() -> list[Event]:
    return [
        Event(
            fields={"message": f"Failed {n}" if n < 4 else "other", "hostname": "h"},
            logsource=LogSource(product="linux"),
            time_us=1_790_000_000_000_000 + n * 1_000_000,
            id=f"{n:032x}",
            agency=f"a{n % 2}",
        )
        for n in range(5)
    ]


def test_what_refers_to_a_wide_correlation_is_wide(tmp_path: Path) -> None:
    ruleset = rules(tmp_path)
    assert {one[-1] for one in wide_ids(ruleset)} == {"4", "5"}
    wide = wide_rules(ruleset)
    assert [rule.info.id[-1] for rule in wide.rules] == ["1"]
    assert [one.info.id[-1] for one in wide.correlations] == ["4", "5"]


def test_the_shares_together_find_what_one_detector_finds(tmp_path: Path) -> None:
    ruleset = rules(tmp_path)
    ids, far = wide_ids(ruleset), 1_790_000_000_000_000 + 10**12
    engine = Engine(ruleset)
    found: list[tuple[str, str]] = []
    for agency in ("a0", "a1"):
        part = ShareDetector(ruleset, 0, ids, False, engine)
        half = len(events()) // 2
        own = [event for event in events() if event.agency == agency]
        some = part.feed(own[:half])
        resumed = ShareDetector(ruleset, 0, ids, False, engine)
        resumed.restore(part.save())
        some += resumed.feed(own[half:]) + resumed.tick(far)
        assert resumed.losses is not None
        found += [(one.rule.id, one.event.agency) for one in some]
    everything = ShareDetector(wide_rules(ruleset), 0, ids, True, Engine(wide_rules(ruleset)))
    found += [(one.rule.id, one.event.agency) for one in everything.feed(events()) + everything.tick(far)]
    alone = ShareDetector(ruleset, 0, frozenset(), False, engine)
    expected = [(one.rule.id, one.event.agency) for one in alone.feed(events()) + alone.tick(far)]
    assert sorted(found) == sorted(expected)
    assert {rule[-1] for rule, _agency in found} == {"2", "3", "5"}
