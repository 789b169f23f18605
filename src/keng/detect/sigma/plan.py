"""A plan: the rules that one kind of event (log source and event id) has to face, and how to find candidates.

The event id is put into the rules beforehand, so that rules on other ids are not even looked at. Then each
field with anchors gives the class of its value (which rules' anchors it holds); the tuple of classes gives the
candidates. Both are remembered.
"""

from typing import Any

from keng.detect.sigma.anchors import GATE_FIELD
from keng.detect.sigma.candidates import MAX_CACHED_TEXT, Candidates
from keng.detect.sigma.index import Index
from keng.detect.sigma.program import simplify
from keng.detect.sigma.rule import RuleSource
from keng.detect.sigma.scan import NONE
from keng.model.event import LogSource

_SYSLOG = ("linux", "syslog")
_AUTH = (("linux", "auth"), _SYSLOG)
WIDER: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("linux", "sshd"): _AUTH,
    ("linux", "sudo"): _AUTH,
    ("linux", "auth"): (_SYSLOG,),
    ("linux", "cron"): (_SYSLOG,),
    ("linux", "vsftpd"): (_SYSLOG,),
    ("linux", "clamav"): (_SYSLOG,),
    ("linux", "guacamole"): (_SYSLOG,),
    ("linux", "apache"): (_SYSLOG,),
    ("linux", "nginx"): (_SYSLOG,),
    ("linux", "squid"): (_SYSLOG,),
    ("linux", "sql"): (("sql", ""), _SYSLOG),
    ("m365", "exchange"): (("m365", "audit"),),
    ("m365", "threat_management"): (("m365", "threat_detection"), ("m365", "audit")),
    ("m365", "threat_detection"): (("m365", "threat_management"), ("m365", "audit")),
}
"""Of a product and service: the wider ones whose rules it faces too.

sshd writes to auth.log, and auth.log is syslog. A database that writes to a Linux server's syslog is both that
server's log and a database. What Exchange did stands in Microsoft 365's one audit log.
"""

OPEN = object()
"""The event id is of no use as a gate (absent types): rules keep their own test of it."""


class Plan:
    """fields, caches, scans: side by side. always: rules without an anchor. keywords: rules found by keywords."""

    def __init__(self, index: Index, rules: tuple[int, ...], event_id: Any) -> None:
        self.index = index
        program = index.program
        self.known: dict[int, bool] = {}
        if event_id is not OPEN:
            self.known = {leaf.number: leaf.test.holds(event_id) for leaf in index.gates}
        self.trees = {
            rule: tree
            for rule in rules
            if (tree := simplify(program.trees[rule], self.known) if self.known else program.trees[rule])
            is not False
        }
        kept = list(self.trees)
        self.rules = frozenset(kept)
        self.always = frozenset(rule for rule in kept if self._is_always(rule))
        anchored = [fields for rule in kept if rule not in self.always and (fields := index.fields_of[rule])]
        names = sorted({field for fields in anchored for field in fields if field})
        self.keywords = frozenset(
            rule for rule in kept if rule not in self.always and "" in (index.fields_of[rule] or ())
        )
        self.fields = tuple(names)
        self.scans = [index.scans[field] for field in names]
        self.classes: list[frozenset[int]] = [NONE]
        self._class_ids: dict[frozenset[int], int] = {NONE: 0}
        self.caches: list[dict[Any, int]] = [{None: 0} for _ in names]
        self.found: dict[tuple[int, ...], Candidates | None] = {}
        self._interned: dict[frozenset[int], Candidates | None] = {}

    def _is_always(self, rule: int) -> bool:
        fields = self.index.fields_of[rule]
        # Anchored only by the event id, which this plan has already decided.
        return fields is None or (bool(self.known) and GATE_FIELD in fields)

    def class_ids(self, values: list[Any]) -> tuple[tuple[int, ...], int]:
        """Classes of the values, filling the caches; with the number of bytes that were added to them."""
        ids = []
        added = 0
        for value, cache, scan in zip(values, self.caches, self.scans, strict=True):
            kind = type(value)
            keyed = kind is str or kind is int or kind is float or kind is bool or value is None
            number = cache.get(value) if keyed else None
            if number is None:
                number = self._class_id(scan.scan(value) & self.rules)
                if keyed and (kind is not str or len(value) <= MAX_CACHED_TEXT):
                    cache[value] = number
                    added += 120 + (len(value) if kind is str else 0)
            ids.append(number)
        return tuple(ids), added

    def _class_id(self, rules: frozenset[int]) -> int:
        number = self._class_ids.get(rules)
        if number is None:
            number = self._class_ids[rules] = len(self.classes)
            self.classes.append(rules)
        return number

    def candidates(self, ids: tuple[int, ...]) -> Candidates | None:
        """What these classes give; None if no rule can match. Remembered by the caller in `found`."""
        rules = self.always.union(*[self.classes[number] for number in ids if number])
        return self.intern(rules)

    def intern(self, rules: frozenset[int]) -> Candidates | None:
        """The one `Candidates` of a set of rules."""
        if rules not in self._interned:
            made = (
                Candidates(
                    self.index.program, tuple((rule, self.trees[rule]) for rule in sorted(rules)), self.known
                )
                if rules
                else None
            )
            self._interned[rules] = made
        return self._interned[rules]


def rules_for(sources: list[RuleSource], logsource: LogSource) -> tuple[int, ...]:
    """Numbers of the rules whose log source this event has; comparison without case."""
    own = (logsource.product.casefold(), logsource.service.casefold())
    places = (own, *WIDER.get(own, ()))
    faced = {
        (product, service) for place in places for product in ("", place[0]) for service in ("", place[1])
    }
    categories = {category.casefold() for category in logsource.categories}
    return tuple(
        number
        for number, source in enumerate(sources)
        if (source.product, source.service) in faced
        and (not source.category or source.category in categories)
    )
