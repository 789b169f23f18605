"""Which rules' anchors occur in a value: one pass for all anchors of a field.

Exact texts and numbers are looked up; prefixes, suffixes and substrings are one Hyperscan database over the
UTF-8 of the folded text, or a plain loop where there are only a few. Databases are not thread-safe: one
engine belongs to one thread.
"""

from collections.abc import Iterable
from typing import Any

import hyperscan

from keng.detect.sigma.needles import literal_pattern
from keng.detect.sigma.regex_scan import RegexScan, restored
from keng.detect.sigma.values import number_of, scalars, text_of

FEW = 6
_FLAGS = hyperscan.HS_FLAG_SINGLEMATCH
NONE: frozenset[int] = frozenset()


class FieldScan:
    """All anchors of one field. Rules are given by number.

    stored: the databases of the same anchors in the same order, from the cache.
    """

    def __init__(
        self, anchors: dict[tuple[str, str], set[int]], stored: tuple[bytes, bytes] = (b"", b"")
    ) -> None:
        self.exact: dict[str, frozenset[int]] = {}
        self.numbers: dict[int | float, frozenset[int]] = {}
        patterns: list[tuple[str, str]] = []
        regexes: dict[str, frozenset[int]] = {}
        self.rules: list[frozenset[int]] = []
        for (kind, literal), rules in anchors.items():
            if kind == "exact":
                self.exact[literal] = frozenset(rules)
            elif kind == "number":
                number = number_of(literal)
                assert number is not None
                self.numbers[number] = self.numbers.get(number, NONE) | rules
            elif kind == "regex":
                regexes[literal] = frozenset(rules)
            else:
                patterns.append((kind, literal))
                self.rules.append(frozenset(rules))
        self.few = patterns if len(patterns) <= FEW else []
        self.database = None
        self.hits: list[int] = []
        if len(patterns) > FEW:
            self.database = restored(stored[0]) or _compiled(patterns)
        self.regexes = RegexScan(regexes, stored[1]) if regexes else None

    def dump(self) -> tuple[bytes, bytes]:
        """The databases of literals and of expressions as bytes for the cache; empty where there is none."""
        literals = b"" if self.database is None else bytes(hyperscan.dumpb(self.database))
        return literals, b"" if self.regexes is None else self.regexes.dump()

    def scan_text(self, text: str) -> frozenset[int]:
        """Rules with an anchor in this text."""
        folded = text.casefold()
        found = self._scan_folded(folded)
        if self.regexes is not None:
            found = found | self.regexes.scan(text)
        return found

    def _scan_folded(self, folded: str) -> frozenset[int]:
        found = self.exact.get(folded, NONE)
        if self.database is not None:
            hits = self.hits
            self.database.scan(folded.encode("utf-8", "surrogatepass"), match_event_handler=self._hit)
            if hits:
                found = found.union(*[self.rules[hit] for hit in hits])
                hits.clear()
        elif self.few:
            for (kind, literal), rules in zip(self.few, self.rules, strict=True):
                if (
                    literal in folded if kind == "contains"
                    else folded.endswith(literal) if kind == "ends" else folded.startswith(literal)
                ):  # fmt: skip
                    found = found | rules
        return found

    def _hit(self, number: int, start: int, end: int, flags: int, context: Any) -> None:
        self.hits.append(number)

    def scan(self, value: Any) -> frozenset[int]:
        """Rules with an anchor in this value of an event, whatever its type.

        5, 5.0 and True, 1 are equal as keys of a cache: each is scanned as all that equal it.
        """
        if type(value) is str:
            found = self.scan_text(value)
            if self.numbers and (number := number_of(value)) is not None:
                found = found | self.numbers.get(number, NONE)
            return found
        found = NONE
        for part in scalars(value):
            if type(part) is str:
                found = found | self.scan(part)
            elif part is not None:
                for text in _texts(part):
                    found = found | self.scan_text(text)
                if (
                    self.numbers
                    and (number := number_of(int(part) if part is True or part is False else part))
                    is not None
                ):
                    found = found | self.numbers.get(number, NONE)
        return found


def _texts(value: Any) -> Iterable[str]:
    text = text_of(value)
    texts = {text} if text is not None else set()
    if isinstance(value, int | float) and value in (0, 1):
        texts |= {"0", "false"} if value == 0 else {"1", "true"}
    return texts


def _compiled(patterns: list[tuple[str, str]]) -> Any:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[_expression(kind, literal) for kind, literal in patterns],
        ids=list(range(len(patterns))),
        flags=[_FLAGS] * len(patterns),
    )
    return database


def _expression(kind: str, literal: str) -> bytes:
    return (
        (b"\\A" if kind == "starts" else b"") + literal_pattern(literal) + (b"\\z" if kind == "ends" else b"")
    )
