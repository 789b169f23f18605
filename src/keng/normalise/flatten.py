"""Nested JSON to flat names joined by dots; bounded in depth and number."""

from typing import Any

from keng.normalise.cut import CUT, MAX_FIELDS

MAX_DEPTH = 32
_NESTED = frozenset((dict, list))


def flatten(value: dict[str, Any]) -> dict[str, Any]:
    """`{"a": {"b": 1}, "c": [{"d": 2}, {"d": 3}]}` to `{"a.b": 1, "c.d": [2, 3]}`; lists of plain values stay."""
    if len(value) < MAX_FIELDS and _is_flat(value):
        return value.copy()
    out: dict[str, Any] = {}
    _walk(value, "", out, 0)
    if len(out) >= MAX_FIELDS and (more := _leaves(value, 0) - len(out)) > 0:
        out[CUT] = more
    return out


def _leaves(value: Any, depth: int) -> int:
    if type(value) is dict and depth < MAX_DEPTH:
        return sum(_leaves(item, depth + 1) for item in value.values())
    return 1


def _is_flat(value: dict[str, Any]) -> bool:
    """Nothing but scalars and lists of scalars."""
    kinds = set(map(type, value.values()))
    if dict in kinds:
        return False
    if list in kinds:
        for item in value.values():
            if type(item) is list and not _NESTED.isdisjoint(map(type, item)):
                return False
    return True


def _walk(value: dict[str, Any], prefix: str, out: dict[str, Any], depth: int) -> None:
    for key, item in value.items():
        if len(out) >= MAX_FIELDS:
            return
        name = f"{prefix}{key}"
        kind = type(item)
        if kind is dict:
            if depth < MAX_DEPTH:
                _walk(item, f"{name}.", out, depth + 1)
        elif kind is list:
            _list(item, name, out, depth)
        else:
            out[name] = item


def _list(items: list[Any], name: str, out: dict[str, Any], depth: int) -> None:
    plain: list[Any] = []
    for item in items:
        if type(item) is dict:
            if depth >= MAX_DEPTH or len(out) >= MAX_FIELDS:
                continue
            inner: dict[str, Any] = {}
            _walk(item, f"{name}.", inner, depth + 1)
            for key, part in inner.items():
                have = out.setdefault(key, [])
                if type(have) is not list:
                    have = out[key] = [have]
                have.extend(part if type(part) is list else (part,))
        elif type(item) is list:
            plain.append(str(item))
        else:
            plain.append(item)
    if plain or not items:
        out[name] = plain


def keep_list(values: list[Any]) -> Any:
    """A list of one as its one value; others as they are."""
    return values[0] if len(values) == 1 else values
