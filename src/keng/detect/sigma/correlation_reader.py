"""Correlations: the `correlation` map of a document."""

import re2

from keng.detect.sigma.correlation_condition import names_in, read_condition
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
from keng.detect.sigma.rule import Correlation
from keng.detect.sigma.yaml_nodes import Mapping, Scalar

KINDS = (
    "event_count", "value_count", "temporal", "temporal_ordered", "value_sum", "value_avg", "value_percentile",
    "absence",
)  # fmt: skip
"""The seven types of the specification, and Kẻng's own: the first rule matches and none of the others follows."""
SYNONYMS = {"value_median": "value_percentile"}
"""pySigma's name for the 50th percentile."""
KEYS = ("type", "rules", "group-by", "timespan", "condition", "aliases", "alias", "generate")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_TIMESPAN = re2.compile(r"^([0-9]{1,9})([smhd])$")
MAX_DAYS = 366


def read_correlation(node: Mapping, body: Mapping, path: str, warn: Warn) -> Correlation:
    """Read one correlation. Raises `RuleError`; whether its rules exist is checked when all files are read."""
    info = read_info(node, path, warn, correlation=True)
    for key, (line, _value) in body.pairs.items():
        if key not in KEYS:
            warn("the key {key!r} of the correlation is not known and has no effect", line, key=key)
    written = text_key(body, "type")
    kind = SYNONYMS.get(written, written)
    if kind not in KINDS:
        raise RuleError(
            "the type of a correlation is one of {kinds}, not {kind!r}",
            line_of(body, "type"),
            kinds=", ".join(KINDS),
            kind=kind,
        )
    rules = tuple(reference(name) for name in names_in(body, "rules"))
    if not rules:
        raise RuleError("a correlation needs rules", line_of(body, "rules"))
    condition = read_condition(body, kind, rules)
    return Correlation(
        info=info,
        name=text_key(node, "name"),
        kind=kind,
        rules=rules,
        timespan_us=_timespan(body),
        conditions=condition.thresholds,
        group_by=names_in(body, "group-by"),
        fields=condition.fields,
        aliases=_aliases(body),
        percentile=50.0 if condition.percentile is None else condition.percentile,
        terms=condition.terms,
        generate=_generate(node, body),
        across_agencies=across_agencies(node),
        line=int(node.line),
        extra=extra_keys(node),
    )


def _timespan(body: Mapping) -> int:
    text = text_key(body, "timespan")
    found = _TIMESPAN.match(text)
    if not found:
        raise RuleError("timespan is a number and one of s, m, h, d: 5m", line_of(body, "timespan"))
    seconds = int(found.group(1)) * _UNITS[found.group(2)]
    if not 0 < seconds <= MAX_DAYS * 86_400:
        raise RuleError("timespan must be between 1s and {days}d", line_of(body, "timespan"), days=MAX_DAYS)
    return seconds * 1_000_000


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
