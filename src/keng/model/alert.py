"""An alert: detections of one rule on one entity of one agency, grouped, for a person to judge."""

from enum import StrEnum

import msgspec

from keng.model.detection import RuleInfo
from keng.model.severity import Severity


class AlertStatus(StrEnum):
    """Where an alert is in the queue."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"


class Disposition(StrEnum):
    """What a closed alert turned out to be."""

    TRUE_POSITIVE = "true_positive"
    FALSE_POSITIVE = "false_positive"
    BENIGN = "benign"
    DUPLICATE = "duplicate"


class Sample(msgspec.Struct, frozen=True):
    """One of the events behind an alert.

    matched: field → value as text, cut to `alerts.group.MAX_VALUE`; event_ids: all that took part (bounded).
    """

    event_id: str
    time_us: int
    matched: dict[str, str] = {}
    event_ids: tuple[str, ...] = ()
    user: str = ""


class Alert(msgspec.Struct, frozen=True):
    """Detections that belong together.

    key: what groups them (rule, agency, entity); id: 0 until stored.
    group: a correlation's group-by values; users: accounts seen, bounded.
    count: detections, each (event, rule) once; first_us, last_us: event time, microseconds, UTC.
    level: security level 1 to 5 of the information system (0: not in the register).
    found_later: first seen by a search of history, not when it happened.
    spread: agencies on which the same rule alerted in the last 24 h. priority: 0 to 100.
    """

    id: int
    key: str
    rule: RuleInfo
    severity: Severity
    agency: str
    source: str
    host: str
    first_us: int
    last_us: int
    created_us: int
    updated_us: int
    count: int = 1
    system: str = ""
    level: int = 0
    spread: int = 1
    priority: int = 0
    group: dict[str, str] = {}
    users: tuple[str, ...] = ()
    samples: tuple[Sample, ...] = ()
    status: AlertStatus = AlertStatus.NEW
    assignee: str = ""
    disposition: Disposition | None = None
    reason: str = ""
    closed_us: int = 0
    incident: int = 0
    found_later: bool = False

    def title(self, language: str) -> str:
        """The rule's title in "vi" or "en"; the rule's own title where there is no translation."""
        return self.rule.texts.get(language, {}).get("title") or self.rule.title

    def text(self, language: str, name: str) -> str:
        """The rule's "description" or "advice" in "vi" or "en"; "" if the rule has none."""
        text = self.rule.texts.get(language, {}).get(name, "")
        return text or (self.rule.description if name == "description" else "")


class AlertChange(msgspec.Struct, frozen=True):
    """What happened to an alert. kind: "new", "grown", "assigned", "status", "incident"."""

    kind: str
    alert: Alert
