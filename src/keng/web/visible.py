"""Log content is written by attackers: control and bidirectional characters are shown by name, never obeyed.

`visible` is for HTML (escaped, each such character as `<span class="ctl">`), `plain` for attributes, CSV and text.
"""

import unicodedata

from markupsafe import Markup, escape

MAX_SHOWN = 20_000
_NAMES = {"\x00": "NUL", "\x07": "BEL", "\x08": "BS", "\x0d": "CR", "\x1b": "ESC", "\x7f": "DEL"}
# Characters without a glyph that reorder or hide what stands around them, beyond the categories Cc and Cf.
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0\u2028\u2029\ufffc")


def _odd(char: str) -> bool:
    if char in "\n\t":
        return False
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} or char in _INVISIBLE


def _name(char: str) -> str:
    return _NAMES.get(char) or f"U+{ord(char):04X}"


def visible(value: object, limit: int = MAX_SHOWN) -> Markup:
    """The value as safe HTML, cut after `limit` characters with the number of those left out."""
    text = as_text(value)
    shown, rest = text[:limit], len(text) - limit
    if not (shown.isascii() and shown.isprintable()):
        parts = [
            Markup('<span class="ctl">{}</span>').format(_name(char)) if _odd(char) else escape(char)
            for char in shown
        ]
        result = Markup("").join(parts)
    else:
        result = escape(shown)
    return result + Markup(' <span class="ctl">… +{}</span>').format(rest) if rest > 0 else result


def plain(value: object, limit: int = MAX_SHOWN) -> str:
    """The value as text on one line, such characters as `<U+202E>`."""
    text = as_text(value)[:limit].replace("\n", "␤").replace("\t", " ")
    return "".join(f"<{_name(char)}>" if _odd(char) else char for char in text)


def as_text(value: object) -> str:
    """A field's value as people read it; lists joined by a comma, bytes decoded with replacement."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case bytes():
            return value.decode("utf-8", "replace")
        case list() | tuple():
            return ", ".join(as_text(item) for item in value)
        case _:
            return str(value)
