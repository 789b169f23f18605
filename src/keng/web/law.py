"""The law of the centre's country, read once: it ships with Kẻng and changes with it."""

from functools import cache

import structlog

from keng.model.incident import Law
from keng.model.rejected import Rejected
from keng.state.law_file import read_law

_log = structlog.get_logger("keng.web")


@cache
def law_of(country: str) -> Law:
    """The country's law; one without clocks (and a line in the log) where the pack cannot be read."""
    law = read_law(country)
    if isinstance(law, Rejected):
        _log.error("country pack not read", country=country, reason=law.reason, position=law.position)
        return Law(country, (), {})
    return law
