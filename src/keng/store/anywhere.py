"""A text anywhere in an event: in a value, or in the raw text, which is put together for the few events that may have it.

The raw text is kept in pieces (`store/skeleton.py`): literals of the skeleton, parts of the rest, values of fields. A text
lies inside of one piece, or it runs over the border of a literal. Both can be told without putting the raw text together:
pieces are looked into as they are, and literals that begin or end with a part of the text stand in the skeleton, of
which there are few. Only where one of these holds is the raw text made and looked at.
"""

import re
from collections.abc import Iterable

from keng.store.parameters import Parameters
from keng.store.schema import WORDS

MIN_PART = 4  # as ClickHouse's `text_index_like_min_pattern_length`
WINDOW = 16  # characters of a text that borders are looked for with
MAX_SEGMENTS = 4
_RUN = re.compile(r"[a-zA-Z0-9\u0080-\U0010ffff]+")
_LIKE = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
_MARK, _END = "\\x01", "\\x02"


def anywhere(text: str, wild: bool, parameters: Parameters) -> str:
    """The condition. wild: `*` and `?` of the text are wildcards."""
    pattern = text.translate(_LIKE)
    if wild:
        pattern = pattern.replace("*", "%").replace("?", "_")
    whole = parameters.text(f"%{pattern}%")
    in_values = f"arrayExists(item -> item ILIKE {whole}, fields.values)"
    may = may_have(re.split(r"[*?]+", text) if wild else [text], parameters)
    return f"({' AND '.join([*may, f'({in_values} OR raw ILIKE {whole})'])})"


def may_have(segments: Iterable[str], parameters: Parameters) -> list[str]:
    """Conditions that hold wherever the raw text or a value has all these texts; few others meet them."""
    longest = sorted(filter(None, segments), key=len)[-MAX_SEGMENTS:]
    return [test for segment in reversed(longest) for test in _may_have(segment, parameters)]


def _may_have(segment: str, parameters: Parameters) -> list[str]:
    """What holds wherever the raw text or a value has this segment; the cheapest first."""
    tests = []
    run = max(_RUN.finditer(segment), key=lambda found: len(found[0]), default=None)
    whole = any(word.start() and word.end() < len(segment) for word in _RUN.finditer(segment))
    if run is not None and len(run[0]) >= MIN_PART and not whole:
        # A run of letters is never cut, so it is a part of the index's own words. (Looking through all of them is dear,
        # and needless where a whole word has been looked up: see `conditions._narrowed`.)
        tests.append(f"({WORDS} LIKE lowerUTF8({parameters.text('%' + run[0] + '%')}))")
    start = max(run.start() - 2, 0) if run is not None else 0
    window = segment[start : start + WINDOW]
    places = [parameters.text(f"%{one.translate(_LIKE)}%") for one in sorted({window, *_as_values(window)})]
    pieces = [
        part
        for place in places
        for part in (
            f"skeleton ILIKE {place}",
            f"rest ILIKE {place}",
            f"arrayExists(item -> item ILIKE {place}, fields.values)",
        )
    ]
    pieces.append(f"match(skeleton, {parameters.text(_border(window))})")
    tests.append(f"({' OR '.join(pieces)})")
    return tests


def _border(text: str) -> str:
    """A regular expression: a literal ends with the beginning of the text, begins with its end, or is all inside of it."""
    chars = [_plain(char) for char in text]
    parts = [_END + _MARK]
    for cut in range(1, len(chars)):
        parts += ["".join(chars[:cut]) + _MARK, _END + "".join(chars[cut:])]
        parts.append(_END + "(?:".join(chars[cut:]) + ")?" * (len(chars) - cut - 1) + _MARK)
    return f"(?i){'|'.join(parts)}"


def _plain(char: str) -> str:
    """The character in RE2's syntax."""
    return char if char.isalnum() or ord(char) > 127 else f"\\x{ord(char):02x}"


def _as_values(text: str) -> set[str]:
    """As the value may be written that JSON shows so; a backslash at the end may be the first half of an escape."""
    found = {_unescaped(text)}
    if (len(text) - len(text.rstrip("\\"))) % 2:
        found.add(_unescaped(text[:-1]))
    return found


def _unescaped(text: str) -> str:
    """As the value is written that JSON shows so."""
    return re.sub(r'\\([\\"])', r"\1", text)
