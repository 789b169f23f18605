"""What stands at the cursor of a half-written search, and how a chosen name or value is written there."""

import re
from typing import NamedTuple

_NAME = re.compile(r"-?([A-Za-z_@][\w.@/\-]*)(:|=|!=|>=|<=|>|<)")
_QUOTED_NAME = re.compile(r'-?"((?:[^"]|"")+)"(:|=|!=|>=|<=|>|<)')
_PLAIN = re.compile(r"[\w.\-\\:@$]+")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]+")
TIMES = ("last 1h", "last 24h", "last 7d", "last 30d", "from:", "to:")


class Cursor(NamedTuple):
    """kind: "field", "value" or "" (nothing to offer). start, end: the text that a choice replaces (0-based).

    field: whose value; prefix: what is written of the name or value so far, without quotes.
    """

    kind: str
    start: int
    end: int
    field: str = ""
    prefix: str = ""


def at_cursor(text: str, at: int) -> Cursor:
    """What is being written at place `at`."""
    at = min(max(at, 0), len(text))
    start, listed = _begin(text, at)
    end = _end(text, at)
    if text[start:at].startswith("-"):
        start += 1
    written = text[start:at]
    if listed:
        return Cursor("value", start, end, listed, _bare(written))
    head = _QUOTED_NAME.match(text, start, at) or _NAME.match(text, start, at)
    if head is not None:
        if head[2] in (">", "<", ">=", "<="):
            return Cursor("", start, end)
        return Cursor("value", head.end(), end, head[1].replace('""', '"'), _bare(text[head.end() : at]))
    return Cursor("field", start, end, "", _bare(written))


def field_text(name: str) -> str:
    """A name as it is written before its value."""
    return name if _PLAIN_NAME.fullmatch(name) else _quoted(name)


def value_text(value: str) -> str:
    """A value as it is written: in quotes where it must be."""
    plain = (
        _PLAIN.fullmatch(value)
        and value.upper() not in ("AND", "OR", "NOT", "TO")
        and ".." not in value
        and "\\\\" not in value
    )
    return value if plain else _quoted(value)


def _begin(text: str, at: int) -> tuple[int, str]:
    """Where the term at the cursor begins, and the field whose list is open there ("" for none)."""
    start, place, field, quoted = 0, 0, "", False
    while place < at:
        char = text[place]
        if char == '"':
            quoted = not quoted
        elif not quoted and (char.isspace() or char in "()" or (char == "," and field)):
            if char == "(":
                head = _QUOTED_NAME.fullmatch(text, start, place) or _NAME.fullmatch(text, start, place)
                field = head[1].replace('""', '"') if head is not None else ""
            elif char == ")":
                field = ""
            start = place + 1
        place += 1
    return start, field


def _end(text: str, at: int) -> int:
    """Where the term ends that the cursor stands in."""
    quoted = text[:at].count('"') % 2 == 1
    while at < len(text) and (quoted or not (text[at].isspace() or text[at] in "()")):
        if text[at] == '"':
            quoted = not quoted
        at += 1
    return at


def _bare(text: str) -> str:
    return text[1:].removesuffix('"').replace('""', '"') if text.startswith('"') else text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
