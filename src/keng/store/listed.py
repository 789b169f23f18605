"""A field with any of many plain values, as one look into a set instead of as many comparisons."""

import re
from collections.abc import Sequence

from keng.store.fields import Column, Names, Tail, Target, Type, targets
from keng.store.parameters import Parameters
from keng.store.query import Expression, Field, Operator
from keng.store.schema import WORDS

MIN_VALUES = 4
_TOKEN = re.compile(r"[a-zA-Z0-9\u0080-\U0010ffff]+")
_LAST_PART = "lowerUTF8(extract(toString({}), '[^\\\\\\\\/]*$'))"
_FIRST_PART = "lowerUTF8(substringIndex(toString({}), '.', 1))"


def any_of(parts: Sequence[Expression], names: Names, parameters: Parameters) -> str:
    """The condition where all parts name one field of text and plain values, at least four; else "".

    It means what the parts mean one by one.
    """
    fields = [part for part in parts if isinstance(part, Field) and _is_plain(part)]
    if len(fields) < MIN_VALUES or len(fields) != len(parts) or len({part.name for part in fields}) > 1:
        return ""
    found = targets(fields[0].name, names)
    if not all(isinstance(target, Tail) or target.type is Type.TEXT for target in found):
        return ""
    values = list(dict.fromkeys(part.value for part in fields))
    tests = [_in_set(target, values, parameters) for target in found]
    narrowed = ""
    words = [max(_TOKEN.findall(value), key=len, default="") for value in values]
    if all(words) and all(isinstance(target, Tail) or target.worded for target in found):
        narrowed = f"hasAnyTokens({WORDS}, lowerUTF8({parameters.text(' '.join(words))})) AND "
    return f"({narrowed}({' OR '.join(tests)}))"


def _is_plain(part: Field) -> bool:
    value = part.value
    if part.operator is not Operator.EQUAL or not value:
        return False
    return part.quoted or not (set(value) & set("*?/") or "\\\\" in value)


def _in_set(target: Target, values: list[str], parameters: Parameters) -> str:
    whole = _set(values, parameters)
    if isinstance(target, Tail):
        column = parameters.log_field(target.name)
        any_line = f"arrayExists(line -> lowerUTF8(line) IN {whole}, splitByChar('\\n', {column}))"
        return f"(lowerUTF8({column}) IN {whole} OR (position({column}, '\\n') > 0 AND {any_line}))"
    tests = [f"lowerUTF8(toString({target.name})) IN {whole}"]
    tests += _parts(target, values, parameters)
    return f"({' OR '.join(tests)})"


def _parts(column: Column, values: list[str], parameters: Parameters) -> list[str]:
    """Values that also mean the last part of a path, or the first label of a name."""
    last = [value for value in values if not set(value) & set("\\/")] if column.last_part else []
    first = [value for value in values if "." not in value] if column.first_part else []
    tests = []
    if last:
        tests.append(f"{_LAST_PART.format(column.name)} IN {_set(last, parameters)}")
    if first:
        tests.append(f"{_FIRST_PART.format(column.name)} IN {_set(first, parameters)}")
    return tests


def _set(values: list[str], parameters: Parameters) -> str:
    return f"({', '.join([f'lowerUTF8({parameters.text(value)})' for value in values])})"
