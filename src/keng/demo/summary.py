"""What a performance came to: for the last lines on the terminal, and as JSON for tests."""

import sys
import time

import msgspec

from keng.demo.news import News
from keng.demo.screen import Screen, number
from keng.demo.story import Told
from keng.demo.tally import Tally
from keng.i18n import _
from keng.runtime.stats import Stats


class Summary(msgspec.Struct, frozen=True):
    """seconds: how long it played. sent: acknowledged to the senders. first_alert_s: after the start; -1: none.

    alerts: by level, new ones. incident, warning: their numbers, "" if there are none.
    """

    seconds: float
    sent: int
    refused: int
    lost: int
    received: int
    stored: int
    unparsed: int
    rejected: int
    dropped: int
    latency_p99_s: float
    first_alert_s: float
    alerts: dict[str, int]
    rules_hit: list[str]
    incident: str
    warning: str
    published: bool
    read: int
    confirmed: int
    stuck: str

    @classmethod
    def of(cls, stats: Stats, tally: Tally, news: News, told: Told, started: float) -> "Summary":
        """At this moment. started: monotonic clock."""
        return cls(
            round(time.monotonic() - started, 1),
            tally.accepted,
            tally.refused,
            tally.lost,
            stats.received,
            stats.stored,
            stats.unparsed,
            stats.rejected,
            stats.dropped,
            round(stats.latency_p99_s, 3),
            round(news.first_at - started, 1) if news.first_at else -1.0,
            news.by_level,
            sorted(news.rules),
            told.incident,
            told.warning,
            told.published,
            told.read,
            told.confirmed,
            told.stuck,
        )


def tell_summary(summary: Summary, screen: Screen, as_json: bool) -> None:
    """The last lines; with `as_json` the whole on standard output."""
    if as_json:
        sys.stdout.write(msgspec.json.encode(summary).decode() + "\n")
        sys.stdout.flush()
        return
    screen.plain()
    screen.plain(
        _(
            "The demo has ended: {received} records received, {stored} stored, {alerts} alerts, {confirmed} agencies confirmed.",
            received=number(summary.received),
            stored=number(summary.stored),
            alerts=number(sum(summary.alerts.values())),
            confirmed=summary.confirmed,
        )
    )
