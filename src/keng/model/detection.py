"""A detection: one rule matched, on one event or on a group of events."""

from typing import Any

import msgspec

from keng.model.event import Event
from keng.model.severity import Severity


class RuleInfo(msgspec.Struct, frozen=True):
    """What people read about a rule. `texts` holds translations: {"vi": {"title": …, "description": …, "advice": …}}."""

    id: str
    title: str
    severity: Severity
    tags: tuple[str, ...] = ()
    description: str = ""
    falsepositives: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    path: str = ""
    correlation: bool = False
    texts: dict[str, dict[str, str]] = {}


class Detection(msgspec.Struct, frozen=True):
    """One match.

    matched: field name to the event's value that made it match ("" is the key of a keyword match).
    event: the event that matched (for a correlation: the one that completed it).
    event_ids: ids of all events that took part, in order of time; one for a plain rule.
    group: for a correlation, the group-by values ({"User": "an.nv"}); else empty.
    """

    rule: RuleInfo
    event: Event
    matched: dict[str, Any]
    event_ids: tuple[str, ...] = ()
    group: dict[str, Any] = {}
