"""One YAML document to a rule, a filter or a correlation."""

from keng.detect.sigma.chain import Placeholders
from keng.detect.sigma.correlation_reader import read_correlation
from keng.detect.sigma.errors import RuleError
from keng.detect.sigma.metadata import (
    Warn,
    extra_keys,
    line_of,
    read_info,
    read_source,
    reference,
    rule_id,
    text_key,
)  # fmt: skip
from keng.detect.sigma.network_names import renamed
from keng.detect.sigma.rule import And, AtLeast, Correlation, Expr, Filter, Not, Or, Rule
from keng.detect.sigma.selection import read_detection
from keng.detect.sigma.yaml_nodes import Mapping, Node, Scalar, Sequence


def read_document(
    node: Node, path: str, placeholders: Placeholders, warn: Warn
) -> Rule | Filter | Correlation:
    """Read it whole or raise `RuleError` with the line of what is wrong. `warn` takes what is odd but works."""
    if not isinstance(node, Mapping):
        raise RuleError("a rule is a map with title, logsource and detection", node.line)
    kinds = [key for key in ("detection", "correlation", "filter") if key in node.pairs]
    if len(kinds) != 1:
        raise RuleError("a document has exactly one of detection, correlation and filter", node.line)
    body = node.get(kinds[0])
    if not isinstance(body, Mapping):
        raise RuleError("{value} must be a map", node.pairs[kinds[0]][0], value=kinds[0])
    if kinds[0] == "correlation":
        return read_correlation(node, body, path, warn)
    if kinds[0] == "filter":
        return _filter(node, body, path, placeholders, warn)
    info = read_info(node, path, warn)
    source = read_source(node)
    selections, condition = read_detection(body, placeholders)
    return Rule(
        info=info,
        name=text_key(node, "name"),
        source=source,
        selections={name: renamed(one, source) for name, one in selections.items()},
        condition=condition,
        line=int(node.line),
        status=text_key(node, "status"),
        extra=extra_keys(node),
    )


def _filter(node: Mapping, body: Mapping, path: str, placeholders: Placeholders, warn: Warn) -> Filter:
    title = text_key(node, "title")
    if not title:
        raise RuleError("the title is missing", node.line)
    rules = body.get("rules")
    names: tuple[str, ...]
    if isinstance(rules, Scalar) and rules.value == "any":
        names = ("any",)
    elif isinstance(rules, Sequence) and rules.items:
        names = tuple(_reference(item) for item in rules.items)
        names = ("any",) if "any" in names else names
    else:
        raise RuleError("a filter needs rules: a list of ids or names, or the word any", body.line)
    source = read_source(node)
    selections, condition = read_detection(body, placeholders, frozenset({"condition", "rules"}))
    if not _negates(condition):
        warn(
            "the condition of this filter is positive: matches are kept, not suppressed; write 'not …' to suppress",
            line_of(body, "condition"),
        )
    return Filter(
        id=rule_id(node, path, title, warn),
        title=title,
        source=source,
        rules=names,
        selections={name: renamed(one, source) for name, one in selections.items()},
        condition=condition,
        path=path,
        line=int(node.line),
        extra=extra_keys(node),
    )


def _reference(node: Node) -> str:
    if not isinstance(node, Scalar) or not isinstance(node.value, str) or not node.value:
        raise RuleError("rules are given by id or name", node.line)
    return reference(node.value)


def _negates(expression: Expr) -> bool:
    if isinstance(expression, Not):
        return True
    return isinstance(expression, And | Or | AtLeast) and any(_negates(arg) for arg in expression.args)
