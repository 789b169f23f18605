"""Items compiled to functions.

A test takes one scalar of the event (never None), its text and its folded text, and answers whether a group
of alternatives holds. Literals of the same shape are tested together: one `endswith` with a tuple costs as
little as with one text.
"""

import operator
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import re2

from keng.detect.sigma.needles import find_any
from keng.detect.sigma.rule import (
    MANY,
    ONE,
    Boolean,
    Cidr,
    Compare,
    DatePart,
    Item,
    Matcher,
    Null,
    Number,
    Regex,
    Text,
)  # fmt: skip
from keng.detect.sigma.values import address_of, date_of, number_of, scalars, simple_fold, text_of, undash

Test = Callable[[Any, str, str], bool]
"""(scalar, its text, its folded text) → does the group hold?"""
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq, "lt": operator.lt, "lte": operator.le, "gt": operator.gt, "gte": operator.ge,
}  # fmt: skip
_MANY_NEEDLES = 24
_MAPPED = 0xFFFF
"""The upper 96 bits of an IPv6 address that stands for one of IPv4."""
_REMEMBERED = 256
_REMEMBERED_LENGTH = 4096


class ItemTest:
    """One item. null: its truth for null or absent. groups: a test each, all of which must hold.

    Negation (`neq`) is not part of it: the expression carries it.
    """

    __slots__ = ("groups", "null", "single")

    def __init__(self, item: Item) -> None:
        self.null = all(any(isinstance(matcher, Null) for matcher in group) for group in item.groups)
        self.groups: tuple[tuple[bool, Test], ...] = tuple(
            (any(isinstance(matcher, Null) for matcher in group), _group_test(group)) for group in item.groups
        )
        tests = tuple(test for _, test in self.groups)
        self.single: Test = (
            tests[0] if len(tests) == 1 else lambda v, t, f: all(test(v, t, f) for test in tests)
        )

    def holds(self, value: Any) -> bool:
        """Truth for a field's value (None: null or absent; a list: any element, group by group)."""
        if value is None:
            return self.null
        if isinstance(value, list | tuple | dict):
            parts = [(part, text_of(part)) for part in scalars(value)]
            if not parts:
                return self.null
            triples = [(part, text, text.casefold()) for part, text in parts if text is not None]
            has_null = len(triples) < len(parts)
            return all(
                (null and has_null) or any(test(*triple) for triple in triples) for null, test in self.groups
            )
        text = str(text_of(value))
        return self.single(value, text, text.casefold())


def _group_test(group: tuple[Matcher, ...]) -> Test:
    exact: set[str] = set()
    starts: list[str] = []
    ends: list[str] = []
    contains: list[str] = []
    numbers: set[int | float] = set()
    tests: list[Test] = []
    for matcher in group:
        if isinstance(matcher, Text):
            shape = _shape(matcher)
            if shape is None:
                tests.append(_text_test(matcher))
            else:
                kind, literal = shape
                if kind == "any":
                    return lambda value, text, folded: True
                {
                    "exact": exact.add,
                    "starts": starts.append,
                    "ends": ends.append,
                    "contains": contains.append,
                }[kind](literal.casefold())
        elif isinstance(matcher, Number):
            numbers.add(matcher.value)
        elif not isinstance(matcher, Null):
            tests.append(_other_test(matcher))
    if exact:
        tests.append(_exact_test(frozenset(exact)))
    if ends:
        tests.append(_ends_test(tuple(ends)))
    if starts:
        tests.append(_starts_test(tuple(starts)))
    if contains:
        tests.append(_contains_test(tuple(dict.fromkeys(contains))))
    if numbers:
        tests.append(_number_test(frozenset(numbers)))
    if not tests:
        return lambda value, text, folded: False
    if len(tests) == 1:
        return tests[0]
    chosen = tuple(tests)

    def any_of(value: Any, text: str, folded: str) -> bool:
        for test in chosen:  # noqa: SIM110 - a generator costs more here
            if test(value, text, folded):
                return True
        return False

    return any_of


def _shape(matcher: Text) -> tuple[str, str] | None:
    """(kind, literal) for what plain text operations decide on folded text; None for the rest."""
    if matcher.cased or matcher.dash:
        return None
    return shape_of(matcher.parts)


def shape_of(parts: tuple[str | int, ...]) -> tuple[str, str] | None:
    """("exact" | "starts" | "ends" | "contains" | "any", literal), or None for patterns with more."""
    if not parts:
        return "exact", ""
    if len(parts) == 1:
        if isinstance(parts[0], str):
            return "exact", parts[0]
        return ("any", "") if parts[0] == MANY else None
    if len(parts) == 2:
        first, second = parts
        if isinstance(first, str) and second == MANY:
            return "starts", first
        if first == MANY and isinstance(second, str):
            return "ends", second
    if len(parts) == 3 and parts[0] == MANY and parts[2] == MANY and isinstance(parts[1], str):
        return "contains", parts[1]
    return None


def _exact_test(texts: frozenset[str]) -> Test:
    if len(texts) == 1:
        (only,) = texts
        return lambda value, text, folded: folded == only
    return lambda value, text, folded: folded in texts


def _starts_test(texts: tuple[str, ...]) -> Test:
    return lambda value, text, folded: folded.startswith(texts)


def _ends_test(texts: tuple[str, ...]) -> Test:
    return lambda value, text, folded: folded.endswith(texts)


def _contains_test(needles: tuple[str, ...]) -> Test:
    if len(needles) == 1:
        (only,) = needles
        return lambda value, text, folded: only in folded
    if len(needles) <= _MANY_NEEDLES:

        def contains(value: Any, text: str, folded: str) -> bool:
            for needle in needles:  # noqa: SIM110 - a generator costs more here
                if needle in folded:
                    return True
            return False

        return contains
    search = find_any(needles)
    return lambda value, text, folded: search(folded.encode("utf-8", "surrogatepass"))


def _number_test(numbers: frozenset[int | float]) -> Test:
    return lambda value, text, folded: number_of(value) in numbers


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _text_test(matcher: Text) -> Test:
    """Cased, dashed and composed patterns: on the text prepared as the matcher asks."""
    if ONE in [part for part in matcher.parts if isinstance(part, int)]:
        fold: Callable[[str], str] = simple_fold
    else:
        fold = str.casefold
    parts = (
        matcher.parts if matcher.cased else tuple(fold(p) if isinstance(p, str) else p for p in matcher.parts)
    )
    matches = glob(parts)
    if matcher.cased and matcher.dash:
        return lambda value, text, folded: matches(undash(text))
    if matcher.cased:
        return lambda value, text, folded: matches(text)
    if matcher.dash:
        return lambda value, text, folded: matches(fold(undash(text)))
    if fold is str.casefold:
        return lambda value, text, folded: matches(folded)
    return lambda value, text, folded: matches(fold(text))


def glob(parts: tuple[str | int, ...]) -> Callable[[str], bool]:
    """A function that says whether a whole text fits the pattern; linear time."""
    shape = shape_of(parts)
    if shape is not None:
        kind, literal = shape
        if kind == "any":
            return lambda text: True
        if kind == "exact":
            return lambda text: text == literal
        if kind == "starts":
            return lambda text: text.startswith(literal)
        if kind == "ends":
            return lambda text: text.endswith(literal)
        return lambda text: literal in text
    if ONE not in [part for part in parts if isinstance(part, int)]:
        return _segments(parts)
    pattern = "".join(
        re2.escape(part) if isinstance(part, str) else ".*" if part == MANY else "." for part in parts
    )
    match = compiled(rf"(?s)\A(?:{pattern})\z").search
    return lambda text: match(_bytes(text)) is not None


def _segments(parts: tuple[str | int, ...]) -> Callable[[str], bool]:
    """Literals with `MANY` between: the first and last are held to the ends, the others found from left to right."""
    literals = [part for part in parts if isinstance(part, str)]
    first = literals.pop(0) if isinstance(parts[0], str) else ""
    last = literals.pop() if isinstance(parts[-1], str) else ""

    def matches(text: str) -> bool:
        if not text.startswith(first) or not text.endswith(last):
            return False
        place, end = len(first), len(text) - len(last)
        for literal in literals:
            found = text.find(literal, place, end)
            if found < 0:
                return False
            place = found + len(literal)
        return place <= end

    return matches


def compiled(pattern: str) -> Any:
    """RE2 for yes or no only: without captures it is faster."""
    options = re2.Options()
    options.never_capture = True
    options.log_errors = False
    return re2.compile(pattern, options)


def _other_test(matcher: Matcher) -> Test:
    if isinstance(matcher, Boolean):
        word = "true" if matcher.value else "false"
        return lambda value, text, folded: folded == word
    if isinstance(matcher, Regex):
        return _regex_test(matcher.pattern)
    if isinstance(matcher, Compare):
        compare, limit = _OPERATORS[matcher.op], matcher.value

        def compared(value: Any, text: str, folded: str) -> bool:
            number = number_of(value)
            return number is not None and compare(number, limit)

        return compared
    if isinstance(matcher, DatePart):
        return _date_test(matcher)
    if isinstance(matcher, Cidr):
        return _cidr_test(matcher)
    raise TypeError(f"{type(matcher).__name__} needs the whole event")


def _regex_test(pattern: str) -> Test:
    """Remembers its last answers: the same value is asked for by each set of candidates that it comes into."""
    if (length := _only_length(pattern)) is not None:
        return lambda value, text, folded: (
            len(text) >= length and (any(len(line) >= length for line in text.split("\n")))
        )
    search = compiled(pattern).search
    # As PCRE has it, `$` is also before a line break that ends the text; RE2 takes it for the very end.
    before_break = "$" in pattern
    answers: dict[str, bool] = {}

    def searched(value: Any, text: str, folded: str) -> bool:
        answer = answers.get(text)
        if answer is None:
            answer = search(_bytes(text)) is not None
            if not answer and before_break and text.endswith("\n"):
                answer = search(_bytes(text[:-1])) is not None
            if len(text) <= _REMEMBERED_LENGTH:
                if len(answers) >= _REMEMBERED:
                    answers.clear()
                answers[text] = answer
        return answer

    return searched


def _only_length(pattern: str) -> int | None:
    """What `.{1000,}` asks for: a line of so many characters. As an automaton it has a thousand states."""
    digits = pattern[2:-2]
    if pattern != f".{{{digits}}}".replace("}", ",}") or not (digits.isascii() and digits.isdigit()):
        return None
    return int(digits)


def _date_test(matcher: DatePart) -> Test:
    compare, wanted, part = _OPERATORS[matcher.op], matcher.value, matcher.part

    def dated(value: Any, text: str, folded: str) -> bool:
        moment = date_of(value)
        if moment is None:
            return False
        found = moment.isocalendar().week if part == "week" else getattr(moment, part)
        return compare(found, wanted)

    return dated


def _cidr_test(matcher: Cidr) -> Test:
    network = ip_network(matcher.network)
    version, first = network.version, int(network.network_address)
    shift = network.max_prefixlen - network.prefixlen

    def inside(value: Any, text: str, folded: str) -> bool:
        address = address_of(text)
        if address is None:
            return False
        if address[0] == version:
            return address[1] >> shift == first >> shift
        # Servers that listen on both write IPv4 as ::ffff:10.0.0.1.
        return address[1] >> 32 == _MAPPED and (address[1] & 0xFFFF_FFFF) >> shift == first >> shift

    return inside
