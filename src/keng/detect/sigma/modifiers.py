"""Modifiers: a chain of words after the field name turns the written values into matchers.

The chain runs from left to right over a `Chain`, which holds what each written value has become so far. One
written value may become several (base64offset, placeholders): these are alternatives of one another, also
under `all`.
"""

from base64 import b64encode
from collections.abc import Callable

import re2

from keng.detect.sigma.chain import Chain, Placeholders, as_text
from keng.detect.sigma.errors import RuleError
from keng.detect.sigma.finish import DATE_RANGES, MAX_REGEX, finish
from keng.detect.sigma.pattern import (
    Parts,
    Placeholder,
    bounded,
    dashed,
    literal_variants,
    parse_placeholders,
    parse_text,
    tidy,
)  # fmt: skip
from keng.detect.sigma.rule import MANY, Item
from keng.detect.sigma.yaml_nodes import Plain

_FLAGS = {"i": "i", "ignorecase": "i", "m": "m", "multiline": "m", "s": "s", "dotall": "s"}
_COMPARE = ("lt", "lte", "gt", "gte")


def read_item(
    field: str, modifiers: list[str], values: list[tuple[Plain, int]], line: int, placeholders: Placeholders,
    is_list: bool,
) -> Item:  # fmt: skip
    """One field of a selection. values: with their lines. Raises `RuleError` with the line of what is wrong."""
    chain = Chain(values, line, placeholders)
    chain.keyword = field == ""
    for modifier in modifiers[1:]:
        if modifier in ("re", "cidr", "exists"):
            raise RuleError("the modifier {modifier} must stand first", line, modifier=modifier)
    for modifier in modifiers:
        step = _STEPS.get(modifier)
        if step is None:
            raise RuleError("unknown modifier {modifier!r}", line, modifier=modifier)
        step(chain, modifier)
    if chain.all and (not is_list or len(values) < 2):
        raise RuleError("the modifier all needs a list of at least two values", line)
    alternatives = finish(chain)
    if chain.all:
        groups = tuple(tuple(group) for group in alternatives)
    else:
        groups = (tuple(dict.fromkeys(matcher for group in alternatives for matcher in group)),)
    return Item(field, groups, chain.negated)


# ---- steps -------------------------------------------------------------------------------------------


def _all(chain: Chain, _: str) -> None:
    chain.all = True


def _neq(chain: Chain, _: str) -> None:
    chain.negated = True


def _cased(chain: Chain, modifier: str) -> None:
    if chain.kind not in ("text", "fieldref"):
        raise RuleError(
            "the modifier {modifier} cannot follow {kind}", chain.line, modifier=modifier, kind=chain.kind
        )
    chain.cased = True


def _place(chain: Chain, modifier: str) -> None:
    """startswith, endswith, contains."""
    chain.placed = True
    if chain.kind == "fieldref":
        chain.mode = modifier
    elif chain.kind == "regex":
        before = "" if modifier != "startswith" else r"\A(?:"
        after = {"startswith": ")", "endswith": r")\z", "contains": ""}[modifier]
        before = "(?:" if modifier == "endswith" else before
        chain.regexes = [[before + text + after for text in group] for group in chain.regexes]
    else:
        chain.open_texts(modifier)
        chain.mode = modifier
        head: Parts = () if modifier == "startswith" else (MANY,)
        tail: Parts = () if modifier == "endswith" else (MANY,)
        chain.texts = [[tidy(head + parts + tail) for parts in group] for group in chain.texts]


def _re(chain: Chain, modifier: str) -> None:
    chain.kind = "regex"
    chain.regexes = []
    for value, line in chain.values:
        if not isinstance(value, str):
            raise RuleError("the modifier re takes text", line)
        chain.regexes.append([value])


def _flag(chain: Chain, modifier: str) -> None:
    if chain.kind != "regex":
        raise RuleError("the modifier {modifier} needs re before it", chain.line, modifier=modifier)
    if _FLAGS[modifier] not in chain.flags:
        chain.flags += _FLAGS[modifier]


def _windash(chain: Chain, modifier: str) -> None:
    chain.open_texts(modifier)
    chain.dash = True
    chain.texts = [[dashed(parts) for parts in group] for group in chain.texts]


def _encode(chain: Chain, modifier: str) -> None:
    """The UTF-16 family: each byte becomes the character of the same number."""
    chain.open_texts(modifier)
    encoded: list[list[Parts]] = []
    count = 0
    for group in chain.texts:
        texts = [text for parts in group for text in literal_variants(parts, modifier, chain.line)]
        encoded.append([(_utf16(text, modifier),) for text in texts])
        bounded(count := count + len(texts), modifier, chain.line)
    chain.texts = encoded
    chain.raw = True


def _utf16(text: str, modifier: str) -> str:
    data = text.encode("utf-16-be" if modifier == "utf16be" else "utf-16-le", "surrogatepass")
    return ((b"\xff\xfe" if modifier == "utf16" else b"") + data).decode("latin-1")


def _base64(chain: Chain, modifier: str) -> None:
    chain.open_texts(modifier)
    raw, chain.raw = chain.raw, False
    encoded: list[list[Parts]] = []
    count = 0
    for group in chain.texts:
        alternatives: list[Parts] = []
        for parts in group:
            for text in literal_variants(parts, modifier, chain.line):
                data = text.encode("latin-1") if raw else text.encode("utf-8", "surrogatepass")
                if modifier == "base64":
                    alternatives.append((b64encode(data).decode(),))
                else:
                    alternatives.extend((shifted,) for shifted in _shifted(data))
        encoded.append(alternatives)
        bounded(count := count + len(alternatives), modifier, chain.line)
    chain.texts = encoded


def _shifted(data: bytes) -> list[str]:
    """What `data` looks like inside longer base64 text, at each of the three offsets; counted in bytes."""
    variants = []
    for offset in range(3):
        encoded = b64encode(b"\x00" * offset + data).decode()
        start = (0, 2, 3)[offset]
        end = (None, -3, -2)[(offset + len(data)) % 3]
        if piece := encoded[start:end]:
            variants.append(piece)
    return variants


def _cidr(chain: Chain, _: str) -> None:
    chain.kind = "cidr"


def _exists(chain: Chain, _: str) -> None:
    chain.kind = "exists"


def _fieldref(chain: Chain, modifier: str) -> None:
    if chain.kind != "text":
        raise RuleError(
            "the modifier {modifier} cannot follow {kind}", chain.line, modifier=modifier, kind=chain.kind
        )
    chain.texts = []
    chain.kind = "fieldref"


def _compare(chain: Chain, modifier: str) -> None:
    if chain.kind not in ("text", "date") or chain.texts:
        raise RuleError(
            "the modifier {modifier} cannot follow {kind}", chain.line, modifier=modifier, kind=chain.kind
        )
    chain.op = modifier
    if chain.kind == "text":
        chain.kind = "compare"


def _date(chain: Chain, modifier: str) -> None:
    if chain.kind not in ("text", "compare") or chain.texts:
        raise RuleError(
            "the modifier {modifier} cannot follow {kind}", chain.line, modifier=modifier, kind=chain.kind
        )
    chain.kind = "date"
    chain.part = modifier


def _expand(chain: Chain, modifier: str) -> None:
    if chain.kind == "regex":
        chain.regexes = [_fill_regex(chain, group) for group in chain.regexes]
        return
    if chain.kind != "text":
        raise RuleError(
            "the modifier {modifier} cannot follow {kind}", chain.line, modifier=modifier, kind=chain.kind
        )
    head: Parts = (MANY,) if chain.mode in ("endswith", "contains") else ()
    tail: Parts = (MANY,) if chain.mode in ("startswith", "contains") else ()
    expanded = []
    count = 0
    for value, line in chain.values:
        alternatives: list[Parts] = [()]
        for part in parse_placeholders(as_text(value, modifier, line)):
            filled = (
                [parse_text(text) for text in _resolve(chain, part)]
                if isinstance(part, Placeholder) else [parse_text(part)]
            )  # fmt: skip
            bounded(count + len(alternatives) * len(filled), modifier, line)
            alternatives = [done + more for done in alternatives for more in filled]
        expanded.append([tidy(head + parts + tail) for parts in alternatives])
        count += len(alternatives)
    chain.texts = [[dashed(parts) for parts in group] for group in expanded] if chain.dash else expanded


def _fill_regex(chain: Chain, group: list[str]) -> list[str]:
    filled = []
    for text in group:
        pieces = []
        for part in parse_placeholders(text):
            if isinstance(part, Placeholder):
                options = "|".join(_regex_of(parse_text(value)) for value in _resolve(chain, part))
                pieces.append(f"(?:{options})")
            else:
                pieces.append(part)
            if sum(map(len, pieces)) > MAX_REGEX:
                raise RuleError(
                    "the regular expression is longer than {regex} characters", chain.line, regex=MAX_REGEX
                )
        filled.append("".join(pieces))
    return filled


def _regex_of(parts: Parts) -> str:
    return "".join(
        re2.escape(part) if isinstance(part, str) else ".*" if part == MANY else "." for part in parts
    )


def _resolve(chain: Chain, placeholder: Placeholder) -> tuple[str, ...]:
    values = chain.placeholders.get(placeholder.name)
    if not values:
        raise RuleError("no value is set for the placeholder %{name}%", chain.line, name=placeholder.name)
    return values


_STEPS: dict[str, Callable[[Chain, str], None]] = {
    "all": _all, "neq": _neq, "cased": _cased, "startswith": _place, "endswith": _place, "contains": _place,
    "exists": _exists, "windash": _windash, "re": _re, **dict.fromkeys(_FLAGS, _flag),
    "base64": _base64, "base64offset": _base64,
    "utf16le": _encode, "wide": _encode, "utf16be": _encode, "utf16": _encode,
    **dict.fromkeys(_COMPARE, _compare), **dict.fromkeys(DATE_RANGES, _date),
    "cidr": _cidr, "expand": _expand, "fieldref": _fieldref,
}  # fmt: skip
MODIFIERS = tuple(_STEPS)
