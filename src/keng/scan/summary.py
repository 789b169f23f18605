"""What a scan found, counted in bounded memory."""

from collections import Counter
from dataclasses import dataclass, field

from keng.model.detection import Detection
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.scan.attack import tactics_of
from keng.scan.timeline import Timeline
from keng.scan.words import rule_title

_MAX_HOSTS = 20_000
_MAX_DAMAGES = 500


@dataclass(slots=True)
class RuleCount:
    """How often one rule matched, on how many hosts (counted up to 100), when first and last."""

    title: str
    severity: Severity
    count: int = 0
    first_us: int = 0
    last_us: int = 0
    hosts: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Summary:
    """Totals of one scan. problems: damages reported; unknown: files that are no log."""

    files: int = 0
    events: int = 0
    bytes: int = 0
    problems: int = 0
    unreadable: int = 0
    detections: int = 0
    seconds: float = 0.0
    severities: Counter[Severity] = field(default_factory=Counter)
    rules: dict[str, RuleCount] = field(default_factory=dict)
    hosts: Counter[str] = field(default_factory=Counter)
    tactics: Counter[str] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)
    timeline: Timeline = field(default_factory=Timeline)
    damages: list[tuple[str, Rejected]] = field(default_factory=list)

    def problem(self, where: str, problem: Rejected) -> None:
        """Count one damage; the first 500 are kept with their places for the report."""
        self.problems += 1
        if len(self.damages) < _MAX_DAMAGES:
            self.damages.append((where, problem))

    def add(self, found: Detection) -> None:
        """Count one detection."""
        rule, time_us = found.rule, found.event.time_us
        self.detections += 1
        self.severities[rule.severity] += 1
        entry = self.rules.get(rule.id)
        if entry is None:
            entry = self.rules[rule.id] = RuleCount(rule_title(rule), rule.severity, first_us=time_us)
        entry.count += 1
        entry.first_us = min(entry.first_us, time_us)
        entry.last_us = max(entry.last_us, time_us)
        host = found.event.host
        if len(entry.hosts) < 100:
            entry.hosts.add(host)
        if host in self.hosts or len(self.hosts) < _MAX_HOSTS:
            self.hosts[host] += 1
        for tactic in tactics_of(rule.tags):
            self.tactics[tactic] += 1
        self.timeline.add(time_us, rule.severity)

    def top_rules(self) -> list[tuple[str, RuleCount]]:
        """Rules, the most severe and then the most frequent first."""
        return sorted(self.rules.items(), key=lambda item: (-item[1].severity, -item[1].count, item[1].title))
