"""What the rules ask for, and what our mapping gives: measured, not declared."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from keng.detect.sigma.plan import rules_for
from keng.detect.sigma.rule import RuleSource
from keng.formats.recognise import read_file
from keng.model.event import Event, LogSource
from keng.model.record import Record
from keng.normalise.normalise import to_event
from keng.normalise.privacy import redact

Source = tuple[str, str, str]
# Ways to write the same entries: what is proved of one is true of all, for they meet in one normaliser.
FAMILIES = (
    frozenset(("evtx", "windows_evtx", "windows_winlogbeat", "windows_flat")),
    frozenset(("zeek_json", "zeek_tsv")),
    frozenset(("syslog_rfc3164", "syslog_rfc5424")),
)
REFERENCE_US = 1_717_200_000_000_000


class Wanted(NamedTuple):
    """Of one log source: how many rules have it, and how many of them use each field."""

    rules: int
    fields: Counter[str]


class Given(NamedTuple):
    """Of one log source: the fields of its events and the formats that they came in."""

    fields: set[str]
    formats: set[str]


def wanted(folders: list[Path]) -> dict[Source, Wanted]:
    """Every log source of the rules."""
    count: Counter[Source] = Counter()
    fields: dict[Source, Counter[str]] = defaultdict(Counter)
    for folder in folders:
        for path in sorted(folder.rglob("*.yml")):
            for rule in yaml.load_all(path.read_bytes(), yaml.CSafeLoader):
                if not isinstance(rule, dict) or "logsource" not in rule:
                    continue
                place = rule["logsource"]
                source = tuple(str(place.get(part) or "") for part in ("product", "service", "category"))
                count[source] += 1
                named: set[str] = set()
                for name, part in rule["detection"].items():
                    if name not in ("condition", "timeframe"):
                        named |= set(_names(part))
                fields[source].update(named)
    return {source: Wanted(rules, fields[source]) for source, rules in count.items()}


def _names(part: Any) -> Iterator[str]:
    for item in part if isinstance(part, list) else [part]:
        if isinstance(item, dict):
            yield from (name for key in item if (name := str(key).partition("|")[0]))


def given(paths: list[Path], sources: list[Source]) -> dict[Source, Given]:
    """What the events of these files give to each of the log sources that face them."""
    asked = [
        RuleSource(product=product, service=service, category=category)
        for product, service, category in sources
    ]
    by_source: dict[LogSource, tuple[set[str], set[str]]] = {}
    for event in _events(paths):
        fields, formats = by_source.setdefault(event.logsource, (set(), set()))
        fields.update(event.fields)
        formats.add(event.format)
    found: dict[Source, Given] = {}
    for logsource, (fields, formats) in by_source.items():
        for number in rules_for(asked, logsource):
            one = found.setdefault(sources[number], Given(set(), set()))
            one.fields.update(fields)
            one.formats.update(formats, *(family for family in FAMILIES if family & formats))
    return found


def _events(paths: list[Path]) -> Iterator[Event]:
    for path in paths:
        with path.open("rb") as file:
            for item in read_file(file):
                if isinstance(item, Record):
                    yield redact(to_event(item, REFERENCE_US))
