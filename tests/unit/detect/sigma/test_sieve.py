"""The sieve lets through every event that a rule matches, and few others."""

from typing import Any

import orjson
from tests.conformance.sigma.rules import ruleset

from keng.detect.sigma import Engine
from keng.detect.sigma.candidates import PATIENCE
from keng.detect.sigma.sieve import Sieve
from keng.model.event import Event, LogSource
from keng.model.glance import Glance

RULES = """
title: by field
logsource: {product: windows, category: process_creation}
detection: {a: {CommandLine|contains: ' -enc '}, b: {Image|endswith: \\ok.exe}, condition: a and not b}
---
title: compared
logsource: {product: windows, category: process_creation}
detection: {a: {Image|endswith: \\cmd.exe}, b: {Image|fieldref: ParentImage}, condition: a and b}
---
title: there
logsource: {product: windows, category: process_creation}
detection: {a: {Image|endswith: \\there.exe, Hashes|exists: true}, condition: a}
---
title: by word
logsource: {product: windows}
detection: {keywords: ['sekurlsa::'], condition: keywords}
---
title: of the header
logsource: {product: windows, service: system}
detection: {a: {Level: 2}, condition: a}
"""
START = LogSource("windows", "sysmon", ("process_creation",))
HIDDEN = frozenset({"Level"})


def sieve() -> Sieve:
    loaded = ruleset(RULES)
    assert not loaded.errors
    return Sieve(Engine(loaded))


def suspects(
    sifter: Sieve, *fields: dict[str, Any], source: LogSource = START, event_id: int = 1
) -> list[int]:
    glances = [Glance("windows_flat", source, event_id, each, HIDDEN) for each in fields]
    return sifter.suspects([orjson.dumps(each) for each in fields], glances)


def test_events_that_match_are_let_through_and_others_are_not() -> None:
    events: list[dict[str, Any]] = [
        {"CommandLine": "x -enc AA", "Image": "C:\\a.exe"},
        {"CommandLine": "x -enc AA", "Image": "C:\\OK.exe"},
        {"CommandLine": "x", "Image": "C:\\a.exe"},
        {"Image": "C:\\cmd.exe", "ParentImage": "C:\\CMD.exe"},
        {"Image": "C:\\cmd.exe", "ParentImage": "C:\\b.exe"},
        {"Image": "C:\\there.exe"},
        {"CommandLine": "privilege sekurlsa::x"},
        {"CommandLine": ["x", "y -enc z"]},
        {},
    ]
    sifter = sieve()
    found = suspects(sifter, *events)
    assert {0, 3, 5, 6, 7} <= set(found)
    assert not {2, 8} & set(found)


def test_what_comes_again_is_decided_at_a_glance() -> None:
    loaded = ruleset(RULES)
    engine = Engine(loaded)
    sifter = Sieve(engine)
    quiet = {"CommandLine": "x -enc AA", "Image": "C:\\OK.exe"}
    same = {"Image": "C:\\cmd.exe", "ParentImage": "C:\\b.exe"}
    assert suspects(sifter, quiet, same) == [0, 1]
    for _ in range(PATIENCE + 2):
        engine.match([Event({**fields, "EventID": 1}, START) for fields in (quiet, same)])
    assert suspects(sifter, quiet, same) == []
    assert suspects(sifter, {**same, "ParentImage": "c:\\CMD.exe"}) == [0]
    assert suspects(sifter, {"Image": "C:\\there.exe"}) == [0]


def test_fields_that_a_glance_does_not_answer_for_leave_the_event_open() -> None:
    assert suspects(sieve(), {"a": "b"}, source=LogSource("windows", "system"), event_id=7) == [0]


def test_an_entry_without_a_glance_is_let_through() -> None:
    assert sieve().suspects([b"{}", b"x"], [None, None]) == [0, 1]
