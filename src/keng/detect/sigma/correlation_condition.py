"""The condition of a correlation: comparisons, or for the temporal types an expression over its rules.

`a and not b` (as pySigma extends the specification) becomes terms: rules that must occur and rules that must not.
With temporal_ordered the rules of a term occur in the order of the list.
"""

from itertools import combinations
from typing import NamedTuple

from keng.detect.sigma.condition import parse_condition
from keng.detect.sigma.errors import RuleError
from keng.detect.sigma.metadata import reference
from keng.detect.sigma.rule import And, Expr, Not, Or, Ref, Term, Threshold
from keng.detect.sigma.yaml_nodes import Hex, Mapping, Node, Scalar, Sequence

OPERATORS = ("gt", "gte", "lt", "lte", "eq", "neq")
TEMPORAL = ("temporal", "temporal_ordered")
MAX_TERMS = 256
Signs = dict[str, bool]
"""Rule → whether it must occur."""


class Condition(NamedTuple):
    """thresholds: all must hold. fields: of the value types. percentile: None if not written."""

    thresholds: tuple[Threshold, ...]
    fields: tuple[str, ...] = ()
    percentile: float | None = None
    terms: tuple[Term, ...] = ()


def read_condition(body: Mapping, kind: str, rules: tuple[str, ...]) -> Condition:
    """Read `condition` of a correlation of this kind. Raises `RuleError`."""
    part = body.get("condition")
    if part is None:
        if kind == "absence":
            return Condition(())
        if kind in TEMPORAL:
            return Condition((Threshold("gte", len(dict.fromkeys(rules))),))
        raise RuleError("a correlation of type {kind} needs a condition", body.line, kind=kind)
    if kind == "absence":
        raise RuleError("absence takes no condition: it is told when the timespan is over", part.line)
    if kind in TEMPORAL and isinstance(part, Scalar) and isinstance(part.value, str):
        return Condition((Threshold("gte", 1),), terms=_terms(part.value, rules, part.line))
    if not isinstance(part, Mapping):
        raise RuleError("the condition of a correlation is a map such as {gte: 10}", part.line)
    return _comparisons(part, kind)


def names_in(body: Mapping, key: str) -> tuple[str, ...]:
    """A list of names, or one alone."""
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


def _comparisons(part: Mapping, kind: str) -> Condition:
    thresholds: list[Threshold] = []
    fields: tuple[str, ...] = ()
    percentile = None
    for key, (line, value) in part.pairs.items():
        if key in OPERATORS:
            thresholds.append(Threshold(key, _number(value, line)))
        elif key == "field":
            fields = names_in(part, "field")
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
    return Condition(tuple(thresholds), fields, percentile)


def _number(node: Node, line: int) -> int | float:
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RuleError("a number is expected, without quotes", line)
    return int(value) if isinstance(value, Hex) else value


def _terms(text: str, rules: tuple[str, ...], line: int) -> tuple[Term, ...]:
    # Ids in the expression are written in any case, as in the list of rules.
    spaced = text.replace("(", " ( ").replace(")", " ) ")
    expression = parse_condition(" ".join(map(reference, spaced.split())), rules, line)
    terms = []
    for signs in _ways(expression, True, line):
        needed = tuple(name for name in dict.fromkeys(rules) if signs.get(name) is True)
        forbidden = tuple(name for name in dict.fromkeys(rules) if signs.get(name) is False)
        terms.append(Term(needed, forbidden))
    if not terms:
        raise RuleError("the condition contradicts itself", line)
    return tuple(dict.fromkeys(terms))


def _ways(expression: Expr, wanted: bool, line: int) -> list[Signs]:
    """All ways in which the expression is as wanted."""
    if isinstance(expression, Ref):
        return [{expression.name: wanted}]
    if isinstance(expression, Not):
        return _ways(expression.arg, not wanted, line)
    if isinstance(expression, And | Or):
        parts = [_ways(arg, wanted, line) for arg in expression.args]
        if isinstance(expression, Or) is wanted:
            return _within(line, [way for part in parts for way in part])
        return _together(parts, line)
    count, args = expression.count, expression.args  # type: ignore[union-attr]
    needed = count if wanted else len(args) - count + 1
    ways: list[Signs] = []
    for chosen in combinations(args, needed):
        ways += _together([_ways(arg, wanted, line) for arg in chosen], line)
        _within(line, ways)
    return ways


def _together(parts: list[list[Signs]], line: int) -> list[Signs]:
    """One way of each part at once, without those that contradict each other."""
    ways: list[Signs] = [{}]
    for part in parts:
        ways = _within(
            line,
            [
                {**one, **other}
                for one in ways
                for other in part
                if all(other.get(name, sign) is sign for name, sign in one.items())
            ],
        )
    return ways


def _within(line: int, ways: list[Signs]) -> list[Signs]:
    if len(ways) > MAX_TERMS:
        raise RuleError("the condition has more than {terms} ways to hold", line, terms=MAX_TERMS)
    return ways
