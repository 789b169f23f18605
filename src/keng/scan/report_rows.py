"""The detections that the HTML report shows in full: bounded, with every rule represented."""

import re
from typing import NamedTuple

from keng.model.detection import Detection
from keng.model.severity import Severity
from keng.scan.shown import shown, to_json
from keng.scan.timeline import iso
from keng.scan.words import rule_title

_BREAKS = re.compile(r"[\r\n\t]+")
PER_RULE = 50
ALL = 5_000
WHOLE_PER_RULE = 5
WHOLE = 600
_FIELDS = 80


class Row(NamedTuple):
    """One detection as the report shows it; matched is cut to 20 fields of 500 characters.

    event: its other fields, for the first WHOLE_PER_RULE detections of a rule, WHOLE at most; else empty.
    """

    time: str
    severity: Severity
    rule_id: str
    title: str
    host: str
    file: str
    record: int
    matched: tuple[tuple[str, str], ...]
    event: tuple[tuple[str, str], ...] = ()


class ReportRows:
    """A sink that keeps the first PER_RULE detections of each rule, ALL at most."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._kept: dict[str, int] = {}
        self._given = 0

    def take(self, found: Detection) -> None:
        """Keep it, if its rule has room."""
        rule, event = found.rule, found.event
        kept = self._kept.get(rule.id, 0)
        if kept >= PER_RULE or len(self.rows) >= ALL:
            return
        self._kept[rule.id] = kept + 1
        matched = tuple((shown(name, 100), _value(value)) for name, value in list(found.matched.items())[:20])
        self.rows.append(
            Row(
                iso(event.time_us)[:19].replace("T", " "),
                rule.severity,
                rule.id,
                shown(rule_title(rule), 300),
                shown(event.host, 200),
                shown(event.source, 500),
                event.offset,
                matched,
                self._whole(found, kept),
            )
        )

    def _whole(self, found: Detection, kept: int) -> tuple[tuple[str, str], ...]:
        if kept >= WHOLE_PER_RULE or self._given >= WHOLE:
            return ()
        self._given += 1
        others = [(name, value) for name, value in found.event.fields.items() if name not in found.matched]
        return tuple((shown(name, 100), _value(value)) for name, value in others[:_FIELDS])


def _value(value: object) -> str:
    text = value if isinstance(value, str) else to_json(value).decode("utf-8", "replace")
    return shown(_BREAKS.sub(" ", text[:2000]), 500)
