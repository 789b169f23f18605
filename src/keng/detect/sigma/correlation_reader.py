"""Correlations: the `correlation` map of a document."""

import re2

from keng.detect.sigma.errors import RuleError
from keng.detect.sigma.metadata import (
    Warn,
    across_agencies,
    extra_keys,
    line_of,
    read_info,
    reference,
    text_key,
)
from keng.detect.sigma.rule import Correlation, Threshold
from keng.detect.sigma.yaml_nodes import Mapping, Node, Scalar, Sequence

KINDS = (
    "event_count", "value_count", "temporal", "temporal_ordered", "value_sum", "value_avg", "value_percentile",
    "absence",
)  # fmt: skip
"""The seven types of the specification, and Kẻng's own: the first rule matches and none of the others follows."""
KEYS = ("type", "rules", "group-by", "timespan", "condition", "aliases", "alias", "generate")
OPERATORS = ("gt", "gte", "lt", "lte", "eq", "neq")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_TIMESPAN = re2.compile(r"^([0-9]{1,9})([smhd])$")
MAX_DAYS = 366


def read_correlation(node: Mapping, body: Mapping, path: str, warn: Warn) -> Correlation:
    """Read one correlation. Raises `RuleError`; whether its rules exist is checked when all files are read."""
    info = read_info(node, path, warn, correlation=True)
    for key, (line, _value) in body.pairs.items():
        if key not in KEYS:
            warn("the key {key!r} of the correlation is not known and has no effect", line, key=key)
    kind = text_key(body, "type")
    if kind not in KINDS:
        raise RuleError(
            "the type of a correlation is one of {kinds}, not {kind!r}",
            line_of(body, "type"),
            kinds=", ".join(KINDS),
            kind=kind,
        )
    rules = tuple(reference(name) for name in _names(body, "rules"))
    if not rules:
        raise RuleError("a correlation needs rules", line_of(body, "rules"))
    conditions, fields, percentile = _condition(body, kind)
    if not conditions and kind != "absence":
        conditions = (Threshold("gte", len(dict.fromkeys(rules))),)
    return Correlation(
        info=info,
        name=text_key(node, "name"),
        kind=kind,
        rules=rules,
        timespan_us=_timespan(body),
        conditions=conditions,
        group_by=_names(body, "group-by"),
        fields=fields,
        aliases=_aliases(body),
        percentile=percentile,
        generate=_generate(node, body),
        across_agencies=across_agencies(node),
        line=node.line,
        extra=extra_keys(node),
    )


def _names(body: Mapping, key: str) -> tuple[str, ...]:
    part = body.get(key)
    if part is None:
        return ()
    items = part.items if isinstance(part, Sequence) else [part]
    names = []
    for item in items:
        if not isinstance(item, Scalar) or not isinstance(item.value, str) or not item.value:
            raise RuleError("{key} must be a list of names", item.line, key=key)
        names.append(item.value)
    return tuple(names)


def _timespan(body: Mapping) -> int:
    text = text_key(body, "timespan")
    found = _TIMESPAN.match(text)
    if not found:
        raise RuleError("timespan is a number and one of s, m, h, d: 5m", line_of(body, "timespan"))
    seconds = int(found.group(1)) * _UNITS[found.group(2)]
    if not 0 < seconds <= MAX_DAYS * 86_400:
        raise RuleError("timespan must be between 1s and {days}d", line_of(body, "timespan"), days=MAX_DAYS)
    return seconds * 1_000_000


def _condition(body: Mapping, kind: str) -> tuple[tuple[Threshold, ...], tuple[str, ...], float]:
    part = body.get("condition")
    if part is None:
        if kind in ("temporal", "temporal_ordered", "absence"):
            return (), (), 50.0
        raise RuleError("a correlation of type {kind} needs a condition", body.line, kind=kind)
    if kind == "absence":
        raise RuleError("absence takes no condition: it is told when the timespan is over", part.line)
    if not isinstance(part, Mapping):
        raise RuleError("the condition of a correlation is a map such as {gte: 10}", part.line)
    thresholds: list[Threshold] = []
    fields: tuple[str, ...] = ()
    percentile = 50.0
    for key, (line, value) in part.pairs.items():
        if key in OPERATORS:
            thresholds.append(Threshold(key, _number(value, line)))
        elif key == "field":
            fields = _names(part, "field")
        elif key == "percentile" and kind == "value_percentile":
            percentile = float(_number(value, line))
            if not 0 <= percentile <= 100:
                raise RuleError("percentile is a number from 0 to 100", line)
        else:
            raise RuleError(
                "unknown key {key!r} in the condition; known: {operators}, field",
                line,
                key=key,
                operators=", ".join(OPERATORS),
            )
    if not thresholds:
        raise RuleError("the condition compares nothing", part.line)
    if kind.startswith("value_"):
        if not fields:
            raise RuleError("the condition of {kind} needs a field", part.line, kind=kind)
        if len(fields) > 1 and kind != "value_count":
            raise RuleError("{kind} takes one field", part.line, kind=kind)
    elif fields:
        raise RuleError("{kind} takes no field", part.line, kind=kind)
    return tuple(thresholds), fields, percentile


def _number(node: Node, line: int) -> int | float:
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RuleError("a number is expected, without quotes", line)
    return value


def _aliases(body: Mapping) -> dict[str, dict[str, str]]:
    part = body.get("aliases")
    if part is None:
        part = body.get("alias")
    if part is None:
        return {}
    if not isinstance(part, Mapping):
        raise RuleError("aliases must be a map", part.line)
    aliases: dict[str, dict[str, str]] = {}
    for alias, (line, fields) in part.pairs.items():
        if not isinstance(fields, Mapping):
            raise RuleError("the alias {alias!r} is a map of rule to field", line, alias=alias)
        aliases[alias] = {reference(rule): text_key(fields, rule) for rule in fields.pairs}
    return aliases


def _generate(node: Mapping, body: Mapping) -> bool:
    part = body.get("generate") or node.get("generate")
    if part is None:
        return False
    if not isinstance(part, Scalar) or not isinstance(part.value, bool):
        raise RuleError("generate is true or false", part.line)
    return part.value
