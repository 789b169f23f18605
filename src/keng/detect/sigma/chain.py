"""What a field's modifiers work on: the written values, and what each has become so far."""

from collections.abc import Mapping

from keng.detect.sigma.errors import RuleError
from keng.detect.sigma.pattern import Parts, parse_text
from keng.detect.sigma.yaml_nodes import Plain

Placeholders = Mapping[str, tuple[str, ...]]


class Chain:
    """State of one field's modifiers. texts: per written value, its present alternatives."""

    def __init__(self, values: list[tuple[Plain, int]], line: int, placeholders: Placeholders) -> None:
        self.values = values
        self.line = line
        self.placeholders = placeholders
        self.kind = "text"
        self.texts: list[list[Parts]] = []
        self.regexes: list[list[str]] = []
        self.flags = ""
        self.op = "eq"
        self.part = ""
        self.mode = "is"
        self.all = False
        self.cased = False
        self.negated = False
        self.keyword = False
        self.placed = False
        self.raw = False
        self.dash = False

    def open_texts(self, modifier: str) -> None:
        """Make sure that values are text that the modifier can work on."""
        if self.kind != "text":
            raise RuleError(
                "the modifier {modifier} cannot follow {kind}", self.line, modifier=modifier, kind=self.kind
            )
        if not self.texts:
            self.texts = [[parse_text(as_text(value, modifier, line))] for value, line in self.values]


def as_text(value: Plain, modifier: str, line: int) -> str:
    """A written value as text; truth values and null are refused."""
    if isinstance(value, bool) or value is None:
        raise RuleError("the modifier {modifier} takes text", line, modifier=modifier)
    return value if isinstance(value, str) else str(value)
