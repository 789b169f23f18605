"""Keywords look into the whole event: which rules' keywords may be in which of many events.

The texts of a few dozen events are joined and scanned at once; only where something is found is each event
looked at by itself. What is found is a superset: the rule's own test decides.
"""

from collections.abc import Sequence

from keng.detect.sigma.anchors import Anchor
from keng.detect.sigma.scan import FieldScan
from keng.detect.sigma.values import raw_line, texts_of
from keng.model.event import Event

TOGETHER = 32
_NUMERIC = frozenset("0123456789.+-einfatrulsn")
"""Letters of numbers, `true`, `false`, `inf`, `nan`: what values that are not text can consist of."""


class KeywordScan:
    """The keywords of the rules of one plan, by the number of the rule."""

    def __init__(self, anchors: dict[int, frozenset[Anchor]]) -> None:
        literals: dict[tuple[str, str], set[int]] = {}
        for rule, found in anchors.items():
            for anchor in found:
                if anchor.field == "":
                    literals.setdefault(("contains", anchor.literal), set()).add(rule)
        self._scan = FieldScan(literals)
        self._numbers = any(set(literal) <= _NUMERIC for _, literal in literals)

    def scan(self, events: Sequence[Event], places: Sequence[int]) -> dict[int, frozenset[int]]:
        """For those of the `places` in `events` where a keyword may be: numbers of the rules that have it."""
        scan = self._scan.scan_text
        found: dict[int, frozenset[int]] = {}
        for start in range(0, len(places), TOGETHER):
            group = places[start : start + TOGETHER]
            texts = [self._text(events[place]) for place in group]
            if not scan("\n".join(texts).casefold()):
                continue
            for place, text in zip(group, texts, strict=True):
                if hits := scan(text.casefold()):
                    found[place] = hits
        return found

    def _text(self, event: Event) -> str:
        values = event.fields.values()
        if self._numbers:
            texts = list(texts_of(values))
        else:
            texts = []
            for value in values:
                kind = type(value)
                if kind is str:
                    texts.append(value)
                elif kind is list or kind is dict or kind is tuple:
                    texts.extend(texts_of((value,)))
        if event.raw and (line := raw_line(event)):
            texts.append(line)
        return "\n".join(texts)
