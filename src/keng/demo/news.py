"""Watches a running centre and tells what it sees: new alerts, and the figures of the moment."""

import asyncio
import time
from collections.abc import Callable, Mapping

from keng.demo.screen import Screen, decimal, number
from keng.demo.story import Told
from keng.demo.tally import Tally
from keng.i18n import _, language
from keng.model.alert import AlertChange
from keng.model.severity import Severity
from keng.runtime.changes import Changes
from keng.runtime.stats import Stats

FIGURES_S = 0.5
MANY_WAITING = 1000


def short(host: str) -> str:
    """The host's own name without its domain; addresses stay whole."""
    own = host.partition(".")[0]
    return host if own.isdigit() else own


class News:
    """agencies: id → name; least: severity that is told. Counts all: by_level, rules (ids); first_at: monotonic, 0: none."""

    def __init__(self, screen: Screen, agencies: Mapping[str, str], least: Severity, told: Told) -> None:
        self._screen = screen
        self._agencies = agencies
        self._least = least
        self._told = told
        self.by_level: dict[str, int] = {}
        self.rules: set[str] = set()
        self.first_at = 0.0

    async def tell_alerts(self, changes: Changes) -> None:
        """Tell each new alert of at least the least severity; count all."""
        with changes.subscribe() as queue:
            while True:
                self._tell(await queue.get())

    def _tell(self, change: AlertChange) -> None:
        if change.kind != "new":
            return
        alert = change.alert
        self.first_at = self.first_at or time.monotonic()
        self.rules.add(alert.rule.id)
        self.by_level[alert.severity.level] = self.by_level.get(alert.severity.level, 0) + 1
        if alert.severity >= self._least:
            agency = self._agencies.get(alert.agency, alert.agency)
            where = short(alert.host) or ", ".join(alert.group.values())
            self._screen.alert(alert.severity, alert.title(language()), where, agency)

    async def tell_figures(self, stats: Callable[[], Stats], tally: Tally) -> None:
        """The line of figures, twice a second."""
        while True:
            self._screen.figures(self._figures(stats(), tally))
            await asyncio.sleep(FIGURES_S)

    def _figures(self, now: Stats, tally: Tally) -> str:
        told = self._told
        parts = [
            _("{n} events/s", n=number(now.events_per_s)),
            _("{n} stored", n=number(now.stored)),
            _("{n} alerts", n=number(sum(self.by_level.values()))),
            _("visible after {s} s", s=decimal(now.latency_p99_s)),
        ]
        if now.waiting > MANY_WAITING:
            parts.append(_("{n} waiting", n=number(now.waiting)))
        if told.published:
            parts.append(_("warning: {n} of {all} confirmed", n=told.confirmed, all=len(self._agencies)))
        if now.failure:
            parts.append(_("trouble: {what}", what=now.failure))
        if tally.refused:
            parts.append(_("{n} refused: {why}", n=number(tally.refused), why=tally.problem))
        return " · ".join(parts)
