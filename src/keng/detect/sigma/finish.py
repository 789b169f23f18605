"""The end of a chain of modifiers: what the values have become, as matchers; per written value its alternatives."""

from collections.abc import Callable
from ipaddress import ip_network

import re2

from keng.detect.sigma.chain import Chain
from keng.detect.sigma.errors import RuleError
from keng.detect.sigma.pattern import Part, Parts, parse_text, tidy, to_text
from keng.detect.sigma.rule import (
    MANY,
    Boolean,
    Cidr,
    Compare,
    DatePart,
    Exists,
    FieldRef,
    Matcher,
    Null,
    Number,
    Regex,
)  # fmt: skip
from keng.detect.sigma.yaml_nodes import Hex, Plain

DATE_RANGES = {
    "minute": (0, 59), "hour": (0, 23), "day": (1, 31), "week": (1, 52), "month": (1, 12), "year": (1, 9999),
}  # fmt: skip
MAX_REGEX = 16_384


def finish(chain: Chain) -> list[list[Matcher]]:
    """Matchers of a chain whose modifiers have all run. Raises `RuleError`."""
    return _FINISH[chain.kind](chain)


def _finish_text(chain: Chain) -> list[list[Matcher]]:
    wrap: tuple[Part, ...] = (MANY,) if chain.keyword and not chain.placed else ()
    if chain.texts:
        return [
            [to_text(tidy(wrap + parts + wrap), chain.cased, chain.line) for parts in group]
            for group in chain.texts
        ]
    return [[_plain(value, line, chain, wrap), *_written(value, line, chain)] for value, line in chain.values]


def _written(value: Plain, line: int, chain: Chain) -> list[Matcher]:
    """A hexadecimal number is also its own text: that is how logs write it."""
    if isinstance(value, Hex) and not chain.keyword:
        return [to_text((value.written,), chain.cased, line)]
    return []


def _plain(value: Plain, line: int, chain: Chain, wrap: Parts) -> Matcher:
    if isinstance(value, str):
        return to_text(tidy(wrap + parse_text(value) + wrap), chain.cased, line)
    if chain.keyword and value is not None:
        return to_text(
            (MANY, str(value).lower() if isinstance(value, bool) else str(value), MANY), False, line
        )
    if isinstance(value, bool):
        return Boolean(value)
    if value is None:
        if chain.keyword:
            raise RuleError("a keyword cannot be null", line)
        return Null()
    return Number(int(value) if isinstance(value, Hex) else value)


def _finish_regex(chain: Chain) -> list[list[Matcher]]:
    prefix = f"(?{chain.flags})" if chain.flags else ""
    out: list[list[Matcher]] = []
    for group, (_, line) in zip(chain.regexes, chain.values, strict=True):
        matchers: list[Matcher] = []
        for text in group:
            check_regex(prefix + text, line)
            matchers.append(Regex(prefix + text))
        out.append(matchers)
    return out


def check_regex(pattern: str, line: int) -> None:
    """Refuse what RE2 cannot run in linear time (look-around, back references) or is too large."""
    if len(pattern) > MAX_REGEX:
        raise RuleError("the regular expression is longer than {regex} characters", line, regex=MAX_REGEX)
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        text = error.args[0] if error.args else ""
        reason = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        raise RuleError("not a regular expression that RE2 can run: {detail}", line, detail=reason) from error


def _finish_cidr(chain: Chain) -> list[list[Matcher]]:
    out: list[list[Matcher]] = []
    for value, line in chain.values:
        if not isinstance(value, str):
            raise RuleError("the modifier cidr takes a network such as 10.0.0.0/8", line)
        try:
            out.append([Cidr(str(ip_network(value)))])
        except ValueError as error:
            raise RuleError("not a network: {error}", line, error=error) from error
    return out


def _finish_exists(chain: Chain) -> list[list[Matcher]]:
    value = chain.values[0][0] if len(chain.values) == 1 else None
    if isinstance(value, str):
        value = _TRUTHS.get(value.lower())
    if not isinstance(value, bool):
        raise RuleError("the modifier exists takes true or false", chain.line)
    if chain.keyword:
        raise RuleError("the modifier exists needs a field", chain.line)
    return [[Exists(value)]]


def _finish_fieldref(chain: Chain) -> list[list[Matcher]]:
    out: list[list[Matcher]] = []
    for value, line in chain.values:
        if not isinstance(value, str) or not value:
            raise RuleError("the modifier fieldref takes the name of a field", line)
        if any(not isinstance(part, str) for part in parse_text(value)):
            raise RuleError("the modifier fieldref takes no wildcards", line)
        if chain.keyword:
            raise RuleError("the modifier fieldref needs a field", line)
        out.append([FieldRef(value, chain.mode, chain.cased)])
    return out


def _finish_compare(chain: Chain) -> list[list[Matcher]]:
    return [[Compare(chain.op, _number(value, line, chain.op))] for value, line in chain.values]


def _finish_date(chain: Chain) -> list[list[Matcher]]:
    low, high = DATE_RANGES[chain.part]
    out: list[list[Matcher]] = []
    for value, line in chain.values:
        number = _number(value, line, chain.part)
        if not isinstance(number, int) or not low <= number <= high:
            raise RuleError(
                "{part} takes a whole number from {low} to {high}", line, part=chain.part, low=low, high=high
            )
        out.append([DatePart(chain.part, chain.op, number)])
    return out


def _number(value: Plain, line: int, modifier: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RuleError("the modifier {modifier} takes a number, without quotes", line, modifier=modifier)
    return int(value) if isinstance(value, Hex) else value


_TRUTHS = {"yes": True, "on": True, "no": False, "off": False}
"""Truth values of YAML 1.1, in which many rules were written; here they are text (YAML 1.2)."""
_FINISH: dict[str, Callable[[Chain], list[list[Matcher]]]] = {
    "text": _finish_text, "regex": _finish_regex, "cidr": _finish_cidr,
    "exists": _finish_exists, "fieldref": _finish_fieldref, "compare": _finish_compare, "date": _finish_date,
}  # fmt: skip
