"""The leaves of one field as bits: one number says for a value which of them hold."""

from typing import Any

from keng.detect.sigma.program import Leaf
from keng.detect.sigma.values import text_of

MAX_CACHED_TEXT = 2048
"""Longer values are evaluated anew each time: they seldom repeat and would fill the memory."""
EXACT_BELOW = 1e15
"""Larger numbers that are equal may be written differently (10**16, 1e16)."""
_SMALL = (0, 1)


class FieldMask:
    """null: bits that hold for null or absent."""

    __slots__ = ("_tests", "null")

    def __init__(self) -> None:
        self._tests: list[tuple[int, Any]] = []
        self.null = 0

    def add(self, leaf: Leaf) -> int:
        """Take up a leaf on the field; its bit."""
        bit = 1 << len(self._tests)
        self._tests.append((bit, leaf.test))
        if leaf.test.null:
            self.null |= bit
        return bit

    def mask(self, value: Any) -> int:
        """The bits of the leaves that hold for this value of an event."""
        if value is None:
            return self.null
        mask = 0
        if isinstance(value, list | tuple | dict):
            for bit, test in self._tests:
                if test.holds(value):
                    mask |= bit
            return mask
        text = value if type(value) is str else str(text_of(value))
        folded = text.casefold()
        for bit, test in self._tests:
            if test.single(value, text, folded):
                mask |= bit
        return mask

    def may_cache(self, value: Any, mask: int) -> bool:
        """Whether every value that equals this one as a key has this mask: 1, 1.0 and True are one key."""
        if type(value) is str:
            return len(value) <= MAX_CACHED_TEXT
        if isinstance(value, int | float) and abs(value) < EXACT_BELOW:
            return value not in _SMALL or self.mask(bool(value)) == self.mask(int(value)) == mask
        return False
