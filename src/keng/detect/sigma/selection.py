"""Selections: the maps and lists under `detection` to expressions.

A map is AND over its fields, a list OR over its parts; text or a number in a list is a keyword.
"""

from keng.detect.sigma.chain import Placeholders
from keng.detect.sigma.condition import parse_condition
from keng.detect.sigma.errors import RuleError
from keng.detect.sigma.modifiers import read_item
from keng.detect.sigma.rule import And, Expr, Or
from keng.detect.sigma.yaml_nodes import Mapping, Node, Plain, Scalar, Sequence

MAX_VALUES = 20_000


def read_detection(
    node: Mapping, placeholders: Placeholders, skip: frozenset[str] = frozenset({"condition", "timeframe"})
) -> tuple[dict[str, Expr], Expr]:
    """All selections and the condition (a list of conditions is OR). Raises `RuleError`."""
    selections: dict[str, Expr] = {}
    for name, (line, value) in node.pairs.items():
        if name not in skip:
            selections[name] = _definition(value, placeholders, line)
    if "timeframe" in node.pairs:
        raise RuleError(
            "timeframe belonged to the old aggregation: write a correlation", node.pairs["timeframe"][0]
        )
    if "condition" not in node.pairs:
        raise RuleError("the condition is missing", node.line)
    if not selections:
        raise RuleError("there is no selection", node.line)
    line, condition = node.pairs["condition"]
    texts = condition.items if isinstance(condition, Sequence) else [condition]
    parsed = []
    for part in texts:
        if not isinstance(part, Scalar) or not isinstance(part.value, str):
            raise RuleError("the condition must be text or a list of texts", part.line)
        parsed.append(parse_condition(part.value, selections, part.line))
    if not parsed:
        raise RuleError("the condition is empty", line)
    return selections, parsed[0] if len(parsed) == 1 else Or(tuple(parsed))


def _definition(node: Node, placeholders: Placeholders, line: int) -> Expr:
    if isinstance(node, Mapping):
        if not node.pairs:
            raise RuleError("the selection is empty", line)
        args = [_field(key, key_line, value, placeholders) for key, (key_line, value) in node.pairs.items()]
        return args[0] if len(args) == 1 else And(tuple(args))
    if isinstance(node, Sequence):
        if not node.items:
            raise RuleError("the selection is empty", line)
        keywords = [(part.value, part.line) for part in node.items if isinstance(part, Scalar)]
        parts: list[Expr] = []
        if keywords:
            parts.append(read_item("", [], _checked(keywords), line, placeholders, True))
        parts.extend(
            _definition(part, placeholders, part.line) for part in node.items if not isinstance(part, Scalar)
        )
        return parts[0] if len(parts) == 1 else Or(tuple(parts))
    if node.value is None:
        raise RuleError("the selection is empty", line)
    return read_item("", [], _checked([(node.value, node.line)]), line, placeholders, False)


def _field(key: str, line: int, node: Node, placeholders: Placeholders) -> Expr:
    field, *modifiers = key.split("|")
    if isinstance(node, Mapping):
        raise RuleError("the field {field!r} takes a value or a list of values, not a map", line, field=field)
    if isinstance(node, Scalar):
        values: list[tuple[Plain, int]] = [(node.value, node.line)]
    else:
        values = []
        for part in node.items:
            if not isinstance(part, Scalar):
                raise RuleError(
                    "the field {field!r} takes a list of values, not of lists or maps", part.line, field=field
                )
            values.append((part.value, part.line))
        if not values:
            raise RuleError("the list of values of {field!r} is empty", line, field=field)
    if not field:
        _checked(values)
    if len(values) > MAX_VALUES:
        raise RuleError(
            "the field {field!r} has more than {values} values", line, field=field, values=MAX_VALUES
        )
    return read_item(field, modifiers, values, line, placeholders, isinstance(node, Sequence))


def _checked(values: list[tuple[Plain, int]]) -> list[tuple[Plain, int]]:
    for value, line in values:
        if value is None or value == "":
            raise RuleError("a keyword cannot be empty", line)
    return values
