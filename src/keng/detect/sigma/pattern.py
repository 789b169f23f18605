"""Sigma's strings: escapes, wildcards, placeholders.

A value being worked on by modifiers is a tuple of parts: literal text, `MANY`, `ONE`, `DASH` (any dash or a
slash, from `windash`) and `Placeholder` (from `expand`). Escapes: a backslash before `*`, `?` or a backslash
takes that character literally; any other backslash is itself.
"""

from typing import NamedTuple

from keng.detect.sigma.errors import RuleError
from keng.detect.sigma.rule import MANY, ONE, Text

DASH = 2
DASHES = "-/–—―"
"""Hyphen, slash, en dash, em dash, horizontal bar: what `windash` takes for each other."""
MAX_VARIANTS = 5**5
"""Of one value."""
MAX_ALTERNATIVES = 60_000
"""Of all values of one field, after placeholders, dashes and offsets: three for each of the most values."""


class Placeholder(NamedTuple):
    """`%name%`, to be replaced by values."""

    name: str


Part = str | int | Placeholder
Parts = tuple[Part, ...]


def parse_text(value: str) -> Parts:
    """Read a value as it stands in a rule."""
    parts: list[Part] = []
    literal: list[str] = []
    position, end = 0, len(value)
    while position < end:
        char = value[position]
        if char == "\\" and position + 1 < end and value[position + 1] in "*?\\":
            literal.append(value[position + 1])
            position += 2
            continue
        if char in "*?":
            if literal:
                parts.append("".join(literal))
                literal.clear()
            parts.append(MANY if char == "*" else ONE)
        else:
            literal.append(char)
        position += 1
    if literal:
        parts.append("".join(literal))
    return tidy(parts)


def parse_placeholders(value: str) -> tuple[str | Placeholder, ...]:
    """Cut `value` at its `%name%` places; `\\%` is a percent sign. Text between is left as it is written."""
    parts: list[str | Placeholder] = []
    literal: list[str] = []
    position, end = 0, len(value)
    while position < end:
        char = value[position]
        if char == "\\" and value[position + 1 : position + 2] == "%":
            literal.append("%")
            position += 2
            continue
        if char == "%":
            close = value.find("%", position + 1)
            name = value[position + 1 : close] if close > 0 else ""
            if name and all(letter.isalnum() or letter in "_-." for letter in name):
                if literal:
                    parts.append("".join(literal))
                    literal.clear()
                parts.append(Placeholder(name))
                position = close + 1
                continue
        literal.append(char)
        position += 1
    if literal:
        parts.append("".join(literal))
    return tuple(parts)


def tidy(parts: list[Part] | Parts) -> Parts:
    """Join neighbouring literals, collapse runs of `MANY`, drop empty literals."""
    out: list[Part] = []
    for part in parts:
        if part == "":
            continue
        last = out[-1] if out else None
        if isinstance(part, str) and isinstance(last, str):
            out[-1] = last + part
        elif part == MANY and last == MANY and isinstance(last, int):
            continue
        else:
            out.append(part)
    return tuple(out)


def dashed(parts: Parts) -> Parts:
    """Every dash or slash in literals becomes `DASH`."""
    out: list[Part] = []
    for part in parts:
        if not isinstance(part, str):
            out.append(part)
            continue
        start = 0
        for position, char in enumerate(part):
            if char in DASHES:
                out.append(part[start:position])
                out.append(DASH)
                start = position + 1
        out.append(part[start:])
    return tidy(out)


def bounded(count: int, modifier: str, line: int) -> None:
    """An error if a modifier has made too many alternatives of a field's values."""
    if count > MAX_ALTERNATIVES:
        raise RuleError(
            "the values become more than {alternatives} alternatives under {modifier}",
            line,
            alternatives=MAX_ALTERNATIVES,
            modifier=modifier,
        )


def literal_variants(parts: Parts, modifier: str, line: int) -> list[str]:
    """The plain texts a value stands for (dashes expanded); an error if it has wildcards."""
    variants = [""]
    for part in parts:
        if isinstance(part, str):
            variants = [variant + part for variant in variants]
        elif part == DASH and isinstance(part, int):
            variants = [variant + dash for variant in variants for dash in DASHES]
            if len(variants) > MAX_VARIANTS:
                raise RuleError(
                    "windash gives more than {variants} variants before {modifier}",
                    line,
                    variants=MAX_VARIANTS,
                    modifier=modifier,
                )
        else:
            raise RuleError("the modifier {modifier} takes no wildcards", line, modifier=modifier)
    return variants


def to_text(parts: Parts, cased: bool, line: int) -> Text:
    """The finished matcher."""
    out: list[str | int] = []
    dash = any(part == DASH and isinstance(part, int) for part in parts)
    for part in parts:
        if isinstance(part, Placeholder):
            raise RuleError("the placeholder %{name}% was not replaced", line, name=part.name)
        if isinstance(part, int) and part == DASH:
            out.append("-")
        elif isinstance(part, str) and dash:
            out.append("".join("-" if char in DASHES else char for char in part))
        else:
            out.append(part)
    return Text(tuple(part for part in tidy(tuple(out)) if not isinstance(part, Placeholder)), cased, dash)
