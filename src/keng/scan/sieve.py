"""Which entries of a file need be made into events: those that a rule may match."""

from collections import Counter
from collections.abc import Sequence

from keng.detect.sigma.engine import Engine
from keng.detect.sigma.sieve import Sieve
from keng.formats.base import Sifted
from keng.normalise.glance import glance


class FileSieve:
    """A `formats.base.Sieve` over the rules of an engine."""

    def __init__(self, engine: Engine) -> None:
        self._sieve = Sieve(engine)

    def __call__(self, entries: Sequence[bytes]) -> Sifted:
        """Places of the entries that a rule may match; the others by format."""
        glances = list(map(glance, entries))
        kept = self._sieve.suspects(entries, glances)
        passed = Counter(seen.format for seen in glances if seen is not None)
        if passed:
            passed.subtract(seen.format for place in kept if (seen := glances[place]) is not None)
        return Sifted(kept, {name: number for name, number in passed.items() if number})
