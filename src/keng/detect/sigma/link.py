"""What is known only when all files are read: doubled ids, filters on their rules, correlations on theirs."""

from collections.abc import Iterator, Mapping, Sequence, Set

import msgspec

from keng.detect.sigma.errors import RuleProblem, plain_values
from keng.detect.sigma.network_names import CATEGORY, NAMES
from keng.detect.sigma.rule import (
    And,
    AtLeast,
    Correlation,
    Expr,
    Filter,
    Item,
    Not,
    Or,
    Ref,
    Rule,
    RuleSource,
    Term,
)


class Linked(msgspec.Struct, frozen=True):
    """The result: filters applied, correlations in order."""

    rules: tuple[Rule, ...]
    correlations: tuple[Correlation, ...]
    problems: tuple[RuleProblem, ...]


def link(rules: Sequence[Rule], filters: Sequence[Filter], correlations: Sequence[Correlation]) -> Linked:
    """Put the parts together. A part that does not fit is left out and said so; the rest goes on."""
    problems: list[RuleProblem] = []
    taken: dict[str, str] = {}
    kept_rules = [rule for rule in rules if _is_first(rule, taken, problems)]
    kept_correlations = [rule for rule in correlations if _is_first(rule, taken, problems)]
    problems.extend(_names_taken([*kept_rules, *kept_correlations]))
    near = _named_near(kept_rules, kept_correlations)
    kept_correlations = [_referring(part, near.get(part.info.path, {})) for part in kept_correlations]
    filtered = _apply_filters(kept_rules, filters, problems)
    ordered = _ordered(filtered, kept_correlations, problems)
    network = {
        name for rule in rules if rule.source.category == CATEGORY for name in (rule.info.id, rule.name)
    }
    return Linked(tuple(filtered), tuple(_with_network(part, network) for part in ordered), tuple(problems))


def _is_first(rule: Rule | Correlation, taken: dict[str, str], problems: list[RuleProblem]) -> bool:
    if rule.info.id not in taken:
        taken[rule.info.id] = rule.info.path
        return True
    values = plain_values({"path": taken[rule.info.id]})
    template = "the id is already taken by {path}"
    problems.append(RuleProblem(rule.info.path, rule.line, rule.info.id, template, values=values))
    return False


def _names_taken(rules: Sequence[Rule | Correlation]) -> Iterator[RuleProblem]:
    """Names are unique: of two rules with the same one, correlations and aliases mean the first."""
    first: dict[str, Rule | Correlation] = {}
    for rule in rules:
        if rule.name and (other := first.setdefault(rule.name, rule)) is not rule:
            values = plain_values({"name": rule.name, "path": other.info.path})
            template = (
                "the name {name!r} is already taken in {path}: references from other files mean that one"
            )
            yield RuleProblem(rule.info.path, rule.line, rule.info.id, template, fatal=False, values=values)


def _named_near(rules: Sequence[Rule], correlations: Sequence[Correlation]) -> dict[str, dict[str, str]]:
    """By file: names that another file has taken before, and the id of the first rule that has it in this one."""
    first: dict[str, str] = {}
    near: dict[str, dict[str, str]] = {}
    everything: list[Rule | Correlation] = [*rules, *correlations]
    for rule in everything:
        if rule.name and first.setdefault(rule.name, rule.info.path) != rule.info.path:
            near.setdefault(rule.info.path, {}).setdefault(rule.name, rule.info.id)
    return near


def _referring(part: Correlation, ids: Mapping[str, str]) -> Correlation:
    """The correlation with references to rules of its own file, where a name alone would mean another file's."""
    if not ids.keys() & {*part.rules}:
        return part
    return msgspec.structs.replace(
        part,
        rules=tuple(ids.get(name, name) for name in part.rules),
        aliases={
            alias: {ids.get(name, name): field for name, field in fields.items()}
            for alias, fields in part.aliases.items()
        },
        terms=tuple(
            Term(*(tuple(ids.get(name, name) for name in names) for names in (term.needed, term.forbidden)))
            for term in part.terms
        ),
    )


def _with_network(part: Correlation, network: Set[str]) -> Correlation:
    """Names of the generic network category in group-by and field: as aliases for those rules that use them."""
    rules = [name for name in part.rules if name in network]
    names = [name for name in (*part.group_by, *part.fields) if name in NAMES]
    if not rules or not names:
        return part
    aliases = {alias: dict(fields) for alias, fields in part.aliases.items()}
    for name in names:
        for rule in rules:
            aliases.setdefault(name, {}).setdefault(rule, NAMES[name])
    return msgspec.structs.replace(part, aliases=aliases)


def _apply_filters(
    rules: Sequence[Rule], filters: Sequence[Filter], problems: list[RuleProblem]
) -> list[Rule]:
    out = list(rules)
    for part in filters:
        used = False
        for place, rule in enumerate(out):
            named = (
                part.rules == ("any",)
                or rule.info.id in part.rules
                or (rule.name and rule.name in part.rules)
            )
            if named and _covers(part.source, rule.source):
                out[place] = _filtered(rule, part)
                used = True
        if not used:
            problems.append(
                RuleProblem(
                    part.path, part.line, part.id, "the filter applies to no loaded rule", fatal=False
                )
            )
    return out


def _covers(filter_source: RuleSource, rule_source: RuleSource) -> bool:
    return (
        filter_source.category in ("", rule_source.category)
        and filter_source.product in ("", rule_source.product)
        and filter_source.service in ("", rule_source.service)
    )


def _filtered(rule: Rule, part: Filter) -> Rule:
    prefix = f"filter {part.id}: "
    selections = dict(rule.selections)
    selections.update((prefix + name, expression) for name, expression in part.selections.items())
    condition = And((rule.condition, _renamed(part.condition, prefix)))
    return msgspec.structs.replace(rule, selections=selections, condition=condition)


def _renamed(expression: Expr, prefix: str) -> Expr:
    if isinstance(expression, Ref):
        return Ref(prefix + expression.name)
    if isinstance(expression, And):
        return And(tuple(_renamed(arg, prefix) for arg in expression.args))
    if isinstance(expression, Or):
        return Or(tuple(_renamed(arg, prefix) for arg in expression.args))
    if isinstance(expression, Not):
        return Not(_renamed(expression.arg, prefix))
    if isinstance(expression, AtLeast):
        return AtLeast(expression.count, tuple(_renamed(arg, prefix) for arg in expression.args))
    assert isinstance(expression, Item)
    return expression


def _ordered(
    rules: Sequence[Rule], correlations: Sequence[Correlation], problems: list[RuleProblem]
) -> list[Correlation]:
    """Each after those it names; what names something unknown, or itself in a circle, is left out."""
    known = {rule.info.id for rule in rules} | {rule.name for rule in rules if rule.name}
    waiting = list(correlations)
    ordered: list[Correlation] = []
    while waiting:
        ready = [part for part in waiting if all(reference in known for reference in part.rules)]
        if not ready:
            break
        for part in ready:
            ordered.append(part)
            known.add(part.info.id)
            if part.name:
                known.add(part.name)
        waiting = [part for part in waiting if part not in ready]
    pending = {part.info.id for part in waiting} | {part.name for part in waiting}
    for part in waiting:
        missing = [
            reference for reference in part.rules if reference not in known and reference not in pending
        ]
        template = "it refers to a correlation that is not loaded, or to itself in a circle"
        if missing:
            template = "it refers to {name!r}, which is not loaded"
        values = plain_values({"name": missing[0]} if missing else {})
        problems.append(RuleProblem(part.info.path, part.line, part.info.id, template, values=values))
    return ordered
