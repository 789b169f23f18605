"""`keng rules tune`: a Sigma filter proposed from false positives, and the proof that it takes away nothing else.

The filter is built of what the false positives have in common and no known true positive has: as few conditions as do
it, on fields that say what happened rather than when or as which process. Where they have too little in common they are
parted by their most common value, and each group gets its own selection.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

from keng.detect.sigma import Engine, RuleSet
from keng.detect.sigma.errors import RuleProblem
from keng.detect.sigma.link import link
from keng.detect.sigma.load import read_rule_file
from keng.detect.sigma.placeholders import DEFAULTS
from keng.detect.sigma.rule import Filter, Rule
from keng.detect.sigma.rule_files import RuleFile
from keng.i18n import _
from keng.model.event import Event
from keng.rulebench.samples import Sample

MAX_CONDITIONS = 4
MAX_GROUPS = 8
_SPACE = uuid.UUID("6f1d3c1e-6a52-4f0b-9d0e-2b6f2f3f7a10")
# What names one occurrence, not a kind of it.
_PASSING = (
    "time", "guid", "recordid", "processid", "threadid", "logonid", "_pid", "sessionid", "activityid", "sequence",
    "keywords", "version", "opcode", "task", "level", "channel", "provider", "eventid", "computer", "port", "uid",
)  # fmt: skip
_TELLING = (
    "ParentImage",
    "Image",
    "ParentCommandLine",
    "CommandLine",
    "User",
    "TargetFilename",
    "TargetObject",
)


class Condition(NamedTuple):
    """A field, a modifier ("" or "endswith", "startswith"), a value."""

    field: str
    modifier: str
    value: Any

    def fits(self, fields: dict[str, Any]) -> bool:
        """Whether the event's fields satisfy it."""
        value = fields.get(self.field)
        if not isinstance(value, str) or not isinstance(self.value, str):
            return self.modifier == "" and type(value) is type(self.value) and value == self.value
        have, want = value.casefold(), self.value.casefold()
        if self.modifier == "endswith":
            return have.endswith(want)
        return have.startswith(want) if self.modifier == "startswith" else have == want


class Tuning(msgspec.Struct, frozen=True):
    """yaml: the filter to use, "" if none was found (`reason` says why).

    false_positives: given, that the rule matched; silenced: of these, no longer matched. true_positives: known; kept.
    """

    rule_id: str
    title: str
    yaml: str = ""
    reason: str = ""
    false_positives: int = 0
    silenced: int = 0
    true_positives: int = 0
    kept: int = 0

    @property
    def proved(self) -> bool:
        """All false positives are gone and all true positives still fire."""
        return bool(self.yaml) and self.silenced == self.false_positives and self.kept == self.true_positives


def tune(rule: Rule, false_positives: Sequence[Event], samples: Iterable[Sample]) -> Tuning:
    """Propose a filter and prove it by running the rule with it."""
    alone = Engine(RuleSet((rule,)))
    wrong = [event for event in false_positives if alone.match([event])]
    right = [
        event
        for sample in samples
        if sample.must and sample.rule_id == rule.info.id
        for event in sample.events
        if alone.match([event])
    ]
    tuning = Tuning(rule.info.id, rule.info.title, false_positives=len(wrong), true_positives=len(right))
    if not wrong:
        return msgspec.structs.replace(tuning, reason=_("the rule matches none of the false positives"))
    groups = _groups(wrong, [event.fields for event in right], _read_by(rule))
    if groups is None:
        return msgspec.structs.replace(
            tuning, reason=_("the false positives have nothing in common that true positives lack")
        )
    text = _yaml(rule, groups)
    tuned = Engine(RuleSet((_with_filter(rule, text),)))
    return msgspec.structs.replace(
        tuning,
        yaml=text,
        silenced=sum(not tuned.match([event]) for event in wrong),
        kept=sum(bool(tuned.match([event])) for event in right),
    )


def _with_filter(rule: Rule, text: str) -> Rule:
    """The rule as it is with the filter, read as from a file."""
    problems: list[RuleProblem] = []
    placeholders = {name: tuple(values) for name, values in DEFAULTS.items()}
    parts = read_rule_file(RuleFile("filter.yml", text.encode()), placeholders, problems)
    filters = [part for part in parts if isinstance(part, Filter)]
    if problems or len(filters) != 1:
        raise ValueError(f"the proposed filter cannot be read: {[problem.reason for problem in problems]}")
    return link([rule], filters, []).rules[0]


def _read_by(rule: Rule) -> frozenset[str]:
    found: set[str] = set()
    pending: list[Any] = [*rule.selections.values()]
    while pending:
        one = pending.pop()
        if hasattr(one, "field"):
            found.add(one.field)
        pending += getattr(one, "args", ()) or ([one.arg] if hasattr(one, "arg") else [])
    return frozenset(found)


def _groups(
    wrong: Sequence[Event], right: Sequence[dict[str, Any]], read: frozenset[str], room: int = MAX_GROUPS
) -> list[tuple[Condition, ...]] | None:
    """Conditions that each group of false positives shares and no true positive has."""
    shared = _chosen(_shared([event.fields for event in wrong]), right, read)
    if shared is not None:
        return [shared]
    if room <= 1 or len(wrong) < 2:
        return None
    field, value = _dividing(wrong)
    if not field:
        return None
    one = [event for event in wrong if event.fields.get(field) == value]
    other = [event for event in wrong if event.fields.get(field) != value]
    first = _groups(one, right, read, room // 2)
    second = _groups(other, right, read, room - room // 2)
    return None if first is None or second is None else [*first, *second]


def _dividing(events: Sequence[Event]) -> tuple[str, Any]:
    counts = Counter(
        (name, value)
        for event in events
        for name, value in event.fields.items()
        if isinstance(value, str | int) and not _passing(name)
    )
    partial = [(count, name, value) for (name, value), count in counts.items() if count < len(events)]
    if not partial:
        return "", None
    _count, name, value = max(partial, key=lambda one: (one[0], one[1] in _TELLING, one[1]))
    return name, value


def _passing(name: str) -> bool:
    plain = name.casefold().replace(".", "")
    return any(part in plain for part in _PASSING) or plain in ("pid", "ts", "id")


def _shared(all_fields: Sequence[dict[str, Any]]) -> list[Condition]:
    """What all have in common: equal values, else the same end or beginning of a path."""
    found: list[Condition] = []
    for name, value in all_fields[0].items():
        if _passing(name) or name == "" or not isinstance(value, str | int | bool) or value in ("", "-"):
            continue
        exact = Condition(name, "", value)
        if all(exact.fits(fields) for fields in all_fields):
            found.append(exact)
        elif isinstance(value, str):
            found += _path_parts(name, value, all_fields)
    return found


def _path_parts(name: str, value: str, all_fields: Sequence[dict[str, Any]]) -> list[Condition]:
    cut = max(value.rfind("\\"), value.rfind("/"))
    if cut <= 0:
        return []
    parts = (Condition(name, "endswith", value[cut:]), Condition(name, "startswith", value[: cut + 1]))
    return [part for part in parts if len(part.value) > 3 and all(part.fits(fields) for fields in all_fields)]


def _chosen(
    shared: Sequence[Condition], right: Sequence[dict[str, Any]], read: frozenset[str]
) -> tuple[Condition, ...] | None:
    """The fewest and most telling conditions that no true positive satisfies together."""

    def rank(condition: Condition) -> tuple[bool, int, bool, str]:
        place = _TELLING.index(condition.field) if condition.field in _TELLING else len(_TELLING)
        return condition.modifier != "", place, condition.field not in read, condition.field

    ordered = sorted(shared, key=rank)[:24]
    # A single condition silences too much more easily: without true positives to compare with, take two.
    for size in range(1 if right else 2, MAX_CONDITIONS + 1):
        for some in combinations(ordered, size):
            if len({condition.field for condition in some}) == size and not any(
                all(condition.fits(fields) for condition in some) for fields in right
            ):
                return some
    return tuple(ordered[:1]) if ordered and not right else None


def _yaml(rule: Rule, groups: Sequence[tuple[Condition, ...]]) -> str:
    names = ["selection"] if len(groups) == 1 else [f"selection_{n}" for n in range(1, len(groups) + 1)]
    body: dict[str, Any] = {"rules": [rule.info.id]}
    for name, conditions in zip(names, groups, strict=True):
        body[name] = {
            "|".join(filter(None, (one.field, one.modifier))): _escaped(one.value) for one in conditions
        }
    body["condition"] = "not selection" if len(groups) == 1 else "not 1 of selection_*"
    source = {
        name: value
        for name, value in (
            ("category", rule.source.category),
            ("product", rule.source.product),
            ("service", rule.source.service),
        )
        if value
    }
    document = {
        "title": f"Filter: {rule.info.title}",
        "id": str(uuid.uuid5(_SPACE, rule.info.id + repr(groups))),
        "description": "Proposed by keng rules tune from false positives.",
        "logsource": source,
        "filter": body,
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)


def _escaped(value: Any) -> Any:
    """A value as Sigma reads it literally."""
    if not isinstance(value, str):
        return value
    return (
        value.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?")
        if set(value) & set("*?") or "\\\\" in value
        else value
    )


def known_samples(paths: Iterable[Path]) -> list[Sample]:
    """The samples under some paths, without those that cannot be read."""
    from keng.rulebench.samples import samples_under

    return [one for path in paths for one in samples_under(path) if isinstance(one, Sample)]
