"""A plan: the rules that one kind of event (log source and event id) has to face, and how to find candidates.

The event id is put into the rules beforehand, so that rules on other ids are not even looked at. Then each
field with anchors gives the class of its value (which rules' needs it meets); the tuple of classes gives the
candidates. Both are remembered.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from keng.detect.sigma.candidates import Candidates
from keng.detect.sigma.index import Index
from keng.detect.sigma.masks import EXACT_BELOW, MAX_CACHED_TEXT, FieldMask
from keng.detect.sigma.network_names import is_network
from keng.detect.sigma.program import Part, Tree, leaves_of, simplify
from keng.detect.sigma.rule import RuleSource
from keng.detect.sigma.scan import NONE
from keng.model.event import LogSource

_SYSLOG = ("linux", "syslog")
_AUTH = (("linux", "auth"), _SYSLOG)
_SQL = ("sql", "")
# Applications by language or framework; what a database answered them stands in their logs.
_APPLICATIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "jvm": (("jvm", ""), _SQL),
    "spring": (("spring", ""), ("jvm", ""), _SQL),
    "velocity": (("velocity", ""), ("jvm", ""), _SQL),
    "python": (("python", ""), _SQL),
    "django": (("django", ""), ("python", ""), _SQL),
    "ruby_on_rails": (("ruby_on_rails", ""), _SQL),
    "nodejs": (("nodejs", ""), _SQL),
    "sql": (_SQL,),
}
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
    ("linux", "haproxy"): (_SYSLOG,),
    **{("linux", name): (*places, _SYSLOG) for name, places in _APPLICATIONS.items()},
    **{(name, ""): places for name, places in _APPLICATIONS.items()},
    **{("jvm", name): _APPLICATIONS[name] for name in ("spring", "velocity")},
    ("python", "django"): _APPLICATIONS["django"],
    ("windows", "microsoft-servicebus-client"): (("windows", "servicebus-client"),),
    ("windows", "servicebus-client"): (("windows", "microsoft-servicebus-client"),),
    ("m365", "exchange"): (("m365", "audit"),),
    ("m365", "threat_management"): (("m365", "threat_detection"), ("m365", "audit")),
    ("m365", "threat_detection"): (("m365", "threat_management"), ("m365", "audit")),
}
"""Of a product and service: the wider ones whose rules it faces too.

sshd writes to auth.log, and auth.log is syslog. A database or an application that writes to a Linux server's syslog is
both that server's log and its own. Spring is a JVM's. What Exchange did stands in Microsoft 365's one audit log.
The taxonomy calls Service Bus otherwise than SigmaHQ's rules do.
"""

NO_FIELDS: frozenset[str] = frozenset()
Class = tuple[frozenset[int], int]
"""What a value of a field is to a plan: needs of rules that it meets, and which leaves of the others hold."""

OPEN: Any = object()
"""The event id is of no use as a gate (absent types): rules keep their own test of it."""


class Plan:
    """fields, caches: side by side. sources: rule log sources whose keywords may be in an event;
    group: the engine's number for them.

    rules: those that are left for this event id. always: those of them without an anchor; their leaves are
    looked at with the classes, so that most of them go before they are candidates.
    """

    def __init__(self, index: Index, rules: tuple[int, ...], event_id: Any) -> None:
        self.index = index
        program = index.program
        self.known: dict[int, bool] = {} if event_id is OPEN else index.gates.known(event_id)
        self._changed: dict[int, Tree] = {}
        if self.known:
            for rule in index.gated.intersection(rules):
                self._changed[rule] = simplify(program.trees[rule], self.known)
        self.rules = frozenset(rule for rule in rules if self._changed.get(rule) is not False)
        # Needs of the event id alone are decided; a rule that has no others is looked at by its leaves.
        decided = index.gate_needs if self.known else NONE
        needs = {
            rule: found
            for rule in self.rules
            if (found := [need for need in index.needs_of[rule] if need not in decided])
        }
        self.always = self.rules.difference(needs)
        self.needs = frozenset(chain.from_iterable(needs.values()))
        words = self.needs & index.keyword_needs
        self.keywords = frozenset(index.rule_of[need] for need in words)
        # Those that nothing but a keyword can meet are not counted among what fields have to meet.
        self._words = frozenset(index.rule_of[need] for need in words if len(index.fields_of[need]) == 1)
        self._needed = {rule: len(found) - (rule in self._words) for rule, found in needs.items()}
        self._parts: dict[int, Part] = {}
        names = NO_FIELDS.union(*map(index.fields_of.__getitem__, self.needs))
        sources = {program.rules[rule].source for rule in self.keywords}
        self.sources = tuple(source for source in index.keywords if source in sources)
        self.group = 0
        self.masks: dict[str, FieldMask] = {}
        self._place: dict[int, tuple[str, int]] = {}
        self._left: dict[tuple[int, ...], frozenset[int]] = {}
        self._look_at_always()
        self.fields = tuple(sorted(names.union(self.masks) - {""}))
        self.classes: list[Class] = [(NONE, 0)]
        self._class_ids: dict[Class, int] = {(NONE, 0): 0}
        self.caches: list[dict[Any, int]] = [
            {None: self._class_id(self._class(name, None))} for name in self.fields
        ]
        self.found: dict[tuple[int | None, ...], Candidates | None] = {}
        self._interned: dict[frozenset[int], Candidates | None] = {}

    def _part(self, rule: int) -> Part:
        if rule not in self._changed:
            return self.index.program.part(rule)
        part = self._parts.get(rule)
        if part is None:
            tree = self._changed[rule]
            part = self.index.program.part_of(rule, tree, dict.fromkeys(leaves_of(tree)))
            self._parts[rule] = part
        return part

    def _look_at_always(self) -> None:
        leaves = self.index.program.leaves
        for rule in sorted(self.always):
            for number in self._part(rule).fields:
                if number not in self._place:
                    leaf = leaves[number]
                    mask = self.masks.setdefault(leaf.field, FieldMask())
                    self._place[number] = leaf.field, mask.add(leaf)

    def known_ids(self, values: list[Any]) -> tuple[int | None, ...]:
        """Classes of the values that are known, where some of the values cannot be looked up."""
        ids: list[int | None] = []
        for value, cache in zip(values, self.caches, strict=True):
            try:
                ids.append(cache.get(value))
            except TypeError:
                ids.append(None)
        return tuple(ids)

    def class_ids(self, values: list[Any], ids: tuple[int | None, ...]) -> tuple[tuple[int, ...], int]:
        """Classes of the values, `ids` with what it lacks, filling the caches; and how many bytes they took."""
        full = list(ids)
        added = 0
        for place, number in enumerate(ids):
            if number is None:
                value = values[place]
                found = self._class(self.fields[place], value)
                full[place] = made = self._class_id(found)
                if self._may_cache(self.fields[place], value, found):
                    self.caches[place][value] = made
                    added += 120 + (len(value) if type(value) is str else 0)
        return tuple(full), added  # type: ignore[arg-type]

    def forget_values(self) -> None:
        """Empty what is remembered about single values."""
        self.caches = [{None: cache[None]} for cache in self.caches]
        for made in self._interned.values():
            if made is not None:
                made.forget_values()

    def _class(self, field: str, value: Any) -> Class:
        scan, mask = self.index.scans.get(field), self.masks.get(field)
        needs = NONE if scan is None or value is None else scan.scan(value) & self.needs
        return needs, 0 if mask is None else mask.mask(value)

    def _may_cache(self, field: str, value: Any, found: Class) -> bool:
        kind = type(value)
        if kind is str:
            return len(value) <= MAX_CACHED_TEXT
        if kind is not int and kind is not float and kind is not bool:
            return False
        mask = self.masks.get(field)
        return abs(value) < EXACT_BELOW and (mask is None or mask.may_cache(value, found[1]))

    def _class_id(self, found: Class) -> int:
        number = self._class_ids.get(found)
        if number is None:
            number = self._class_ids[found] = len(self.classes)
            self.classes.append(found)
        return number

    def candidates(self, ids: tuple[int, ...]) -> Candidates | None:
        """What these classes give; None if no rule can match. Remembered by the caller in `found`."""
        counts = self._counts(ids)
        needed, words = self._needed, self._words
        rules = frozenset(
            [rule for rule, count in counts.items() if count == needed[rule] and rule not in words]
        )
        if self.always:
            rules |= self._still_open(tuple([self.classes[number][1] for number in ids]))
        return self.intern(rules)

    def with_keywords(self, ids: tuple[int, ...], hits: frozenset[int]) -> Candidates | None:
        """The same if of these rules a keyword may be in the event."""
        known = self.candidates(ids)
        counts = self._counts(ids)
        rules = frozenset(
            [rule for rule in hits if rule not in self._words or counts.get(rule, 0) == self._needed[rule]]
        )
        return self.intern(rules if known is None else rules | known.rules)

    def _counts(self, ids: tuple[int, ...]) -> dict[int, int]:
        """By rule, how many of its needs are met by fields."""
        counts: dict[int, int] = {}
        rule_of = self.index.rule_of
        for need in NONE.union(*[self.classes[number][0] for number in ids]):
            rule = rule_of[need]
            counts[rule] = counts.get(rule, 0) + 1
        return counts

    def _still_open(self, masks: tuple[int, ...]) -> frozenset[int]:
        """Those of the rules without an anchor that the masks of the fields leave possible."""
        left = self._left.get(masks)
        if left is None:
            mask_of = dict(zip(self.fields, masks, strict=True))
            truth = {number: bool(mask_of[field] & bit) for number, (field, bit) in self._place.items()}
            left = self._left[masks] = frozenset(
                rule for rule in self.always if simplify(self._part(rule).tree, truth) is not False
            )
        return left

    def intern(self, rules: frozenset[int]) -> Candidates | None:
        """The one `Candidates` of a set of rules."""
        if rules not in self._interned:
            parts = [self._part(rule) for rule in sorted(rules)]
            self._interned[rules] = Candidates(self.index.program, parts, self.known) if parts else None
        return self._interned[rules]


def rules_for(sources: Sequence[RuleSource], logsource: LogSource) -> tuple[int, ...]:
    """Numbers of those of the rules' log sources that this event has; comparison without case."""
    own = (logsource.product.casefold(), logsource.service.casefold())
    places = (own, *WIDER.get(own, ()))
    faced = {
        (product, service) for place in places for product in ("", place[0]) for service in ("", place[1])
    }
    categories = {category.casefold() for category in logsource.categories}
    return tuple(
        number
        for number, source in enumerate(sources)
        if (
            (source.product, source.service) in faced
            and (not source.category or source.category in categories)
        )
        or is_network(source, own[0], categories)
    )
