"""Watches a running centre and tells what it sees: new alerts, and the figures of the moment."""

import asyncio
from collections.abc import Callable, Mapping

from keng.demo.screen import Screen, decimal, number
from keng.demo.tally import Tally
from keng.i18n import _, language
from keng.model.alert import AlertChange
from keng.model.severity import Severity
from keng.runtime.stats import Stats

FIGURES_S = 0.5


class News:
    """agencies: id → name. alerts: every new alert seen, in order; first_alert_s: seconds until the first one."""

    def __init__(self, screen: Screen, agencies: Mapping[str, str], least: Severity) -> None:
        self._screen = screen
        self._agencies = agencies
        self._least = least
        self.alerts = 0
        self.by_level: dict[str, int] = {}
        self.warned = ""  # what became of the warning, for the line of figures

    async def tell_alerts(self, queue: "asyncio.Queue[AlertChange]") -> None:
        """Tell each new alert of at least the least severity; count all."""
        while True:
            change = await queue.get()
            if change.kind != "new":
                continue
            alert = change.alert
            self.alerts += 1
            self.by_level[alert.severity.level] = self.by_level.get(alert.severity.level, 0) + 1
            if alert.severity >= self._least:
                agency = self._agencies.get(alert.agency, alert.agency)
                where = alert.host or ", ".join(alert.group.values())
                self._screen.alert(alert.severity, alert.title(language()), where, agency)

    async def tell_figures(self, stats: Callable[[], Stats], tally: Tally) -> None:
        """The line of figures, twice a second."""
        while True:
            self._screen.figures(self._figures(stats(), tally))
            await asyncio.sleep(FIGURES_S)

    def _figures(self, now: Stats, tally: Tally) -> str:
        parts = [
            _("{n} events/s", n=number(now.events_per_s)),
            _("{n} stored", n=number(now.stored)),
            _("{n} alerts", n=number(self.alerts)),
            _("99 % visible after {s} s", s=decimal(now.latency_p99_s)),
        ]
        if now.waiting > 1000:
            parts.append(_("{n} waiting", n=number(now.waiting)))
        if now.failure:
            parts.append(_("trouble: {what}", what=now.failure))
        if tally.refused:
            parts.append(_("{n} refused: {why}", n=number(tally.refused), why=tally.problem))
        if self.warned:
            parts.append(self.warned)
        return " · ".join(parts)
