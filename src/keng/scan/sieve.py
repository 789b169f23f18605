"""Which entries of a file need be made into events: those that a rule may match."""

from collections import Counter
from collections.abc import Iterator, Sequence

from keng.detect.sigma.engine import Engine
from keng.detect.sigma.sieve import Sieve
from keng.formats.base import Kept, Sifted
from keng.model.glance import Glance
from keng.normalise.glance import LOOKED_THROUGH, glance
from keng.normalise.privacy import touched


class FileSieve:
    """A `formats.base.Sieve` over the rules of an engine."""

    def __init__(self, engine: Engine) -> None:
        self._sieve = Sieve(engine)

    def over(self, batches: Iterator[tuple[Kept, list[bytes]]]) -> Iterator[tuple[Kept, Sifted]]:
        """Each batch when it is its turn."""
        for kept, entries in batches:
            yield kept, self.sift(entries)

    def sift(self, entries: Sequence[bytes]) -> Sifted:
        """Places of the entries that a rule may match; the others by format."""
        glances = list(map(glance, entries))
        kept = self._sieve.suspects(entries, glances)
        kept = sorted([*kept, *_with_content(entries, glances, set(kept))])
        passed = Counter(seen.format for seen in glances if seen is not None)
        if passed:
            passed.subtract(seen.format for place in kept if (seen := glances[place]) is not None)
        return Sifted(kept, {name: number for name, number in passed.items() if number})


def _with_content(entries: Sequence[bytes], glances: Sequence[Glance | None], kept: set[int]) -> list[int]:
    """Those of the others out of whose text privacy may take something: what is left is judged."""
    places = [
        place
        for place, seen in enumerate(glances)
        if seen is not None and seen.format in LOOKED_THROUGH and place not in kept
    ]
    return [places[number] for number in touched([entries[place] for place in places])]
