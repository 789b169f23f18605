"""Pairs of names and values inside a line, as devices write them; linear and bounded.

quoted    name=value name="value with blanks" name='…'
open      name=value with blanks other=…            (CEF: a value ends where the next name begins)
"""

import re

MAX_PAIRS = 512
_SHORT = 16_384
"""Texts up to this length, whose names differ as they nearly always do, are taken apart at once."""
_QUOTES = frozenset("\"'")
_QUOTED = re.compile(
    r"""([A-Za-z_][\w.\-]{0,63})=("[^"\\]*+(?:\\.[^"\\]*+)*+"|'[^']*+'|[^\s"',;]*)""", re.ASCII
)
_NAME = re.compile(r"(?:^|[ \t])([A-Za-z_][\w.\-\[\]]{0,127})=", re.ASCII)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t"}


def quoted_pairs(text: str) -> dict[str, str]:
    """Pairs whose values are one word or quoted. The first of a name wins; at most MAX_PAIRS."""
    if len(text) <= _SHORT:
        pairs = _QUOTED.findall(text)
        found = {
            name: value[1:-1].replace('\\"', '"') if value[:1] in _QUOTES else value for name, value in pairs
        }
        if len(found) == len(pairs) <= MAX_PAIRS:
            return found
    found = {}
    for match in _QUOTED.finditer(text):
        name, value = match.groups()
        if value[:1] in _QUOTES:
            value = value[1:-1].replace('\\"', '"')
        found.setdefault(name, value)
        if len(found) >= MAX_PAIRS:
            break
    return found


def open_pairs(text: str) -> dict[str, str]:
    """Pairs whose values run to the next name; `\\=`, `\\\\`, `\\n` are escapes. At most MAX_PAIRS."""
    found: dict[str, str] = {}
    name, start = "", 0
    for match in _NAME.finditer(text):
        if name:
            found.setdefault(name, unescape(text[start : match.start()].strip()))
            if len(found) >= MAX_PAIRS:
                return found
        name, start = match[1], match.end()
    if name:
        found.setdefault(name, unescape(text[start:].strip()))
    return found


def unescape(text: str) -> str:
    """What a backslash hides."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(
        lambda match: _PLAIN.get(match[1], match[1] if match[1] in "=|\\\"'" else match[0]), text
    )
