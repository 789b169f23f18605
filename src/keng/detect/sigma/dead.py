"""Dead rules: those that can never match, because what they need never arrives.

A condition is looked at as if every field that never arrives were absent and everything else were open. If it then
cannot be true, the rule is dead. A correlation is dead if too few of its rules are alive, or if what it groups by
or counts never arrives.
"""

from collections.abc import Callable, Container, Iterator

from keng.detect.sigma.errors import RuleProblem, plain_values
from keng.detect.sigma.rule import (
    And,
    AtLeast,
    Correlation,
    Exists,
    Expr,
    FieldRef,
    Item,
    Not,
    Null,
    Or,
    Ref,
    Rule,
    RuleSource,
)
from keng.detect.sigma.ruleset import RuleSet

FieldsOf = Callable[[RuleSource], Container[str] | None]
"""Fields that events of a log source carry; None: not known, so not judged."""
Possible = tuple[bool, bool]
"""Whether it can be true, whether it can be false."""
OPEN: Possible = (True, True)
NEVER = "it can never match: our mapping gives events of its log source no {missing}"
NOT_YET = "it cannot match so far: no event of its log source has had {missing}"


def dead_rules(
    ruleset: RuleSet, fields_of: FieldsOf, said_of: Callable[[RuleSource], str] = lambda source: NEVER
) -> list[RuleProblem]:
    """Each rule and correlation that cannot match, with the fields that are missing.

    said_of: how it is said of a log source, a template with a place for what is missing.
    """
    problems: list[RuleProblem] = []
    dead: set[str] = set()
    sources: dict[str, RuleSource] = {}
    for rule in ruleset.rules:
        for name in (rule.info.id, rule.name):
            sources.setdefault(name, rule.source)
        known = fields_of(rule.source)
        if known is not None and not can_match(rule, known):
            dead |= {rule.info.id, rule.name} - {""}
            missing = sorted({item.field for item in items(rule) if item.field and item.field not in known})
            problems.append(_problem(rule, missing, said_of(rule.source)))
    for correlation in ruleset.correlations:
        missing = _missing_of(correlation, dead, sources, fields_of)
        if missing:
            dead |= {correlation.info.id, correlation.name} - {""}
            first = next((sources[name] for name in correlation.rules if name in sources), RuleSource())
            problems.append(_problem(correlation, missing, said_of(first)))
    return problems


def can_match(rule: Rule, known: Container[str]) -> bool:
    """Whether the rule can be true of an event that has only these fields."""
    return _possible(rule.condition, rule, known)[0]


def items(rule: Rule) -> Iterator[Item]:
    """Every item of a rule's selections."""
    pending: list[Expr] = list(rule.selections.values())
    while pending:
        part = pending.pop()
        if isinstance(part, Item):
            yield part
        elif isinstance(part, Not):
            pending.append(part.arg)
        elif isinstance(part, And | Or | AtLeast):
            pending.extend(part.args)


def _possible(expression: Expr, rule: Rule, known: Container[str]) -> Possible:
    if isinstance(expression, Ref):
        return _possible(rule.selections[expression.name], rule, known)
    if isinstance(expression, Item):
        return _item(expression, known)
    if isinstance(expression, Not):
        true, false = _possible(expression.arg, rule, known)
        return false, true
    parts = [_possible(arg, rule, known) for arg in expression.args]
    needed = 1 if isinstance(expression, Or) else len(parts)
    if isinstance(expression, AtLeast):
        needed = expression.count
    can_hold = sum(true for true, _ in parts)
    must_hold = sum(not false for _, false in parts)
    return can_hold >= needed, must_hold < needed


def _item(item: Item, known: Container[str]) -> Possible:
    if item.field == "":
        return OPEN
    if item.field in known:
        lost = any(
            all(isinstance(m, FieldRef) and m.field not in known for m in group) for group in item.groups
        )
        possible = (False, True) if lost else OPEN
    else:
        truth = all(
            any(isinstance(m, Null) or (isinstance(m, Exists) and not m.value) for m in group)
            for group in item.groups
        )
        possible = (truth, not truth)
    return (possible[1], possible[0]) if item.negated else possible


def _missing_of(
    correlation: Correlation, dead: set[str], sources: dict[str, RuleSource], fields_of: FieldsOf
) -> list[str]:
    """What keeps a correlation from ever being met: dead rules or fields; empty if nothing does."""
    missing: list[str] = []
    living: set[str] = set()
    for name in dict.fromkeys(correlation.rules):
        known = fields_of(sources[name]) if name in sources else None
        wanted = [_field(correlation, name, field) for field in (*correlation.group_by, *correlation.fields)]
        lost = [field for field in wanted if known is not None and field not in known]
        if name in dead:
            lost = [name]
        missing += lost
        living |= set() if lost else {name}
    if correlation.terms and not any(living >= {*term.needed} for term in correlation.terms):
        return sorted(set(missing))
    return sorted(set(missing)) if len(living) < _needed(correlation) else []


def _needed(correlation: Correlation) -> int:
    if correlation.kind in ("temporal", "temporal_ordered"):
        least = [
            threshold.value + (threshold.op == "gt")
            for threshold in correlation.conditions
            if threshold.op in ("gt", "gte", "eq")
        ]
        return int(max(least, default=1))
    return 1


def _field(correlation: Correlation, rule: str, name: str) -> str:
    return correlation.aliases.get(name, {}).get(rule, name)


def _problem(rule: Rule | Correlation, missing: list[str], template: str) -> RuleProblem:
    values = plain_values({"missing": ", ".join(missing[:8])})
    return RuleProblem(rule.info.path, rule.line, rule.info.id, template, fatal=False, values=values)
