"""Rules that cannot speak: those whose fields never arrive, and those whose log source never does."""

from collections.abc import Container
from pathlib import Path
from typing import NamedTuple

from keng.detect.sigma import RuleSet
from keng.detect.sigma.arrivals import FIRST, Arrivals
from keng.detect.sigma.dead import dead_rules
from keng.detect.sigma.mapping_fields import mapped_fields
from keng.detect.sigma.review import read_arrivals
from keng.detect.sigma.rule import RuleSource


class Blindness(NamedTuple):
    """dead: rules and correlations that can never match, because a field never arrives.

    unheard: rules of whose log source no event has arrived yet; 0 while nobody has counted (`census.py`).
    """

    dead: int
    unheard: int


def blindness(ruleset: RuleSet, data_dir: Path) -> Blindness:
    """By the fields that events have had, where enough of a log source were seen, else by what our mapping gives."""
    arrivals = read_arrivals(data_dir)
    known: dict[RuleSource, tuple[int, Container[str] | None]] = {}

    def look(source: RuleSource) -> tuple[int, Container[str] | None]:
        found = known.get(source)
        if found is None:
            events, fields = arrivals.of(source) if arrivals is not None else (0, frozenset[str]())
            found = known[source] = (events, fields if events >= FIRST else mapped_fields(source))
        return found

    dead = len(dead_rules(ruleset, lambda source: look(source)[1]))
    counted: Arrivals | None = arrivals if arrivals is not None and arrivals.enough else None
    unheard = sum(not look(rule.source)[0] for rule in ruleset.rules) if counted is not None else 0
    return Blindness(dead, unheard)
