"""A value of an event as the store keeps it is a text; this is what it may have been before.

`5` was a number or a text, an empty text was null, none or a list without anything, a text of two lines may have
been a list (`store/text.py` says how values become texts). What is the same for all that it may have been is certain.
"""

import re
from functools import lru_cache
from typing import Any

import msgspec

from keng.detect.sigma.scan import FieldScan
from keng.detect.sigma.values import scalars

_WHOLE = re.compile(r"-?[0-9]{1,40}")
_FLOAT = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?(e[+-][0-9]{1,3})?|-?inf|nan", re.ASCII)
# Text that UTF-8 cannot write is stored as these characters.
_LOST = re.compile(r"\\ud[89a-f][0-9a-f]{2}|\\x[0-9a-f]{2}")
_EMPTY: tuple[Any, ...] = ("", None, [], [None, ""])


@lru_cache(maxsize=65_536)
def originals(text: str) -> tuple[Any, ...] | None:
    """All values that the store keeps as this text; None if they are too many to name."""
    if text == "":
        return _EMPTY
    if _LOST.search(text) and ("\\ud" in text or not text.isascii()):
        return None
    if "\n" not in text:
        found = _of_line(text)
        return None if found is None else (text, *found)
    lines = text.split("\n")
    if not all(lines) or any(_of_line(line) != () for line in lines):
        return None
    return text, lines


def needs_of(scan: FieldScan, text: str) -> frozenset[int]:
    """What a scan finds in any of the values that the text may have been."""
    found = scan.scan(text)
    if "\n" not in text:
        return found.union(*[scan.scan(value) for value in _typed(text)]) if _may_differ(text) else found
    for line in dict.fromkeys(text.split("\n")):
        found = found | scan.scan(line)
        for value in _typed(line):
            found = found | scan.scan(value)
    return found


def _may_differ(text: str) -> bool:
    return text[:1] in "-0123456789{inft" or text == "false"


def _typed(line: str) -> tuple[Any, ...]:
    found = _of_line(line)
    if found is not None:
        return found
    return tuple([part for part in scalars(_nested(line)) if part is not None])


def _of_line(line: str) -> tuple[Any, ...] | None:
    """What else than text a line may have been; None: something nested."""
    if not _may_differ(line):
        return ()
    if line in ("true", "false"):
        return (line == "true",)
    if _WHOLE.fullmatch(line):
        number = int(line)
        return (number,) if str(number) == line else ()
    if _FLOAT.fullmatch(line):
        real = float(line)
        return (real,) if str(real) == line else ()
    return None if _nested(line) is not None else ()


def _nested(line: str) -> dict[str, Any] | None:
    if not line.startswith("{") or not line.endswith("}"):
        return None
    try:
        found = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
