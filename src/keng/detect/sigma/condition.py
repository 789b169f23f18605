"""Conditions: `1 of selection_* and not (filter or all of other*)` to an expression over selections.

Binding, weakest first: or, and, not, x of, parentheses. Operators in any case. `them` leaves out names that
begin with `_`; patterns match whole names.
"""

from collections.abc import Iterable

from keng.detect.sigma.errors import RuleError
from keng.detect.sigma.rule import And, AtLeast, Expr, Not, Or, Ref

MAX_LENGTH = 8192
MAX_DEPTH = 64
_RESERVED = frozenset({"and", "or", "not", "of", "them"})


def parse_condition(text: str, names: Iterable[str], line: int = 0) -> Expr:
    """Read one condition. names: the selections that exist. Raises `RuleError`."""
    if len(text) > MAX_LENGTH:
        raise RuleError("the condition is longer than {length} characters", line, length=MAX_LENGTH)
    if "|" in text:
        raise RuleError("the old aggregation after | is no longer part of Sigma: write a correlation", line)
    tokens = text.replace("(", " ( ").replace(")", " ) ").split()
    if not tokens:
        raise RuleError("the condition is empty", line)
    parser = _Parser(tokens, tuple(names), line)
    expression = parser.either(0)
    if parser.position < len(tokens):
        raise RuleError("the condition does not end at {position!r}", line, position=tokens[parser.position])
    return expression


class _Parser:
    def __init__(self, tokens: list[str], names: tuple[str, ...], line: int) -> None:
        self.tokens = tokens
        self.names = names
        self.line = line
        self.position = 0

    def peek(self, ahead: int = 0) -> str:
        place = self.position + ahead
        return self.tokens[place] if place < len(self.tokens) else ""

    def is_operator(self, word: str) -> bool:
        token = self.peek()
        return token == word or (token.lower() == word and token not in self.names)

    def either(self, depth: int) -> Expr:
        if depth > MAX_DEPTH:
            raise RuleError("the condition is nested deeper than {depth}", self.line, depth=MAX_DEPTH)
        args = [self.both(depth)]
        while self.is_operator("or"):
            self.position += 1
            args.append(self.both(depth))
        return args[0] if len(args) == 1 else Or(tuple(args))

    def both(self, depth: int) -> Expr:
        args = [self.inverted(depth)]
        while self.is_operator("and"):
            self.position += 1
            args.append(self.inverted(depth))
        return args[0] if len(args) == 1 else And(tuple(args))

    def inverted(self, depth: int) -> Expr:
        negations = 0
        while self.is_operator("not"):
            self.position += 1
            negations += 1
        inner = self.operand(depth)
        return Not(inner) if negations % 2 else inner

    def operand(self, depth: int) -> Expr:
        word = self.peek()
        if not word:
            raise RuleError("the condition ends too early", self.line)
        if word == "(":
            self.position += 1
            inner = self.either(depth + 1)
            if self.peek() != ")":
                raise RuleError("a parenthesis is not closed in the condition", self.line)
            self.position += 1
            return inner
        if self.peek(1).lower() == "of":
            return self.quantified()
        self.position += 1
        if word in self.names:
            return Ref(word)
        if word.lower() in _RESERVED or word == ")":
            raise RuleError("{word!r} stands in the wrong place of the condition", self.line, word=word)
        raise RuleError(
            "the condition names {word!r}, which is no selection of this rule", self.line, word=word
        )

    def quantified(self) -> Expr:
        count, pattern = self.peek().lower(), self.peek(2)
        if not pattern or pattern in "()":
            raise RuleError("after 'of' stands them or a pattern such as selection_*", self.line)
        self.position += 3
        chosen = tuple(Ref(name) for name in self.names if _fits(name, pattern))
        if not chosen:
            raise RuleError("no selection fits {pattern!r} in the condition", self.line, pattern=pattern)
        if count == "all":
            return And(chosen) if len(chosen) > 1 else chosen[0]
        if count in ("1", "any"):
            return Or(chosen) if len(chosen) > 1 else chosen[0]
        if not (count.isascii() and count.isdigit()) or int(count) < 1:
            raise RuleError(
                "{count!r} of {pattern}: write 1, all or a number", self.line, count=count, pattern=pattern
            )
        if int(count) > len(chosen):
            raise RuleError(
                "{count} of {pattern}: only {chosen} selections fit",
                self.line,
                count=count,
                pattern=pattern,
                chosen=len(chosen),
            )
        return AtLeast(int(count), chosen)


def _fits(name: str, pattern: str) -> bool:
    if pattern.lower() == "them" and pattern != name:
        return not name.startswith("_")
    pieces = pattern.split("*")
    if len(pieces) == 1:
        return name == pattern
    if not (name.startswith(pieces[0]) and name.endswith(pieces[-1])):
        return False
    place, end = len(pieces[0]), len(name) - len(pieces[-1])
    for piece in pieces[1:-1]:
        found = name.find(piece, place, end)
        if found < 0:
            return False
        place = found + len(piece)
    return place <= end
