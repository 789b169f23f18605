"""A finished sentence of ours, told again in the reader's language.

Reasons are stored as they were worded when they arose, in the language of the process; who reads them later may have
the other language. The sentence is looked up among our own texts: those without places as they stand, the others by
what stands between their places. What is not ours stays as it is.
"""

from functools import cache
from string import Formatter
from typing import NamedTuple

import re2

from keng.i18n import _, catalogue

_LONGEST = 4_000
_LEAST_WORDS = 8  # letters that must stand outside the places: shorter texts fit too much
_DEPTH = 2


class _Pattern(NamedTuple):
    """fixed: the longest part outside the places; weight: letters outside the places; text: the message's id."""

    fixed: str
    weight: int
    form: "re2._Regexp"
    names: tuple[str, ...]
    text: str


def retell(sentence: str, depth: int = _DEPTH) -> str:
    """`sentence` in the current language, its values in place; unchanged if it is none of our texts."""
    if not sentence or len(sentence) > _LONGEST:
        return sentence
    whole, patterns = _texts()
    if sentence in whole:
        return _(whole[sentence])
    for pattern in patterns:
        if pattern.fixed in sentence and (match := pattern.form.fullmatch(sentence)):
            values = dict(zip(pattern.names, match.groups(), strict=True))
            if depth:
                values = {name: retell(value, depth - 1) for name, value in values.items()}
            return _(pattern.text, **values)
    return sentence


@cache
def _texts() -> tuple[dict[str, str], list[_Pattern]]:
    """Every text of ours in both languages: the plain ones by themselves, the others with the most words first."""
    whole: dict[str, str] = {}
    patterns: list[_Pattern] = []
    for english, vietnamese in catalogue("vi").items():
        for worded in (english, vietnamese):
            pattern = _pattern(worded, english)
            if pattern is None:
                whole.setdefault(worded, english)
            elif pattern.weight >= _LEAST_WORDS:
                patterns.append(pattern)
    return whole, sorted(patterns, key=lambda one: -one.weight)


def _pattern(worded: str, english: str) -> _Pattern | None:
    try:
        parts = list(Formatter().parse(worded))
    except ValueError:
        return None
    names = tuple(name for _text, name, _spec, _conversion in parts if name)
    if not names or len(set(names)) != len(names) or any(spec for _t, _n, spec, _c in parts):
        return None
    fixed = [text for text, _name, _spec, _conversion in parts]
    form = "".join(re2.escape(text) + ("(.*)" if name else "") for text, name, _s, _c in parts)
    return _Pattern(max(fixed, key=len), sum(map(len, fixed)), re2.compile(f"(?s){form}"), names, english)
