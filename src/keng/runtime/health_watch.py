"""Watches the log sources: learns how each usually speaks, and raises an alert when one falls silent.

One look every `Settings.look_s` seconds. A look is left out while the pipeline is behind, and while the centre is down time
stands still for the cadences: only what we would have heard can be missed, and senders have a few minutes to find back
after a pause of ours. Sources of one agency that stop together are one alert (`health.outage`).
"""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from keng.health import cadence as rhythm
from keng.health.days_off import is_day_off
from keng.health.hearing import Moment, hear
from keng.health.outage import belongs, outage_since
from keng.health.silence import SILENT_RULE, SINCE, severity_of, silence
from keng.i18n import _
from keng.model.agency import LogSourceEntry
from keng.model.alert import Alert, AlertChange, AlertStatus, Disposition
from keng.model.detection import Detection
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.model.user import Actor
from keng.runtime.clock import Clock
from keng.state import alerts, cadences, register
from keng.state.cadences import SourceCadence
from keng.state.database import State
from keng.state.sightings import Sighting, sightings

SAVE_US = 5 * 60 * 1_000_000
DEAF_LOOKS = 4
QUIET_BEATS = 1.0
_OPEN = (AlertStatus.NEW, AlertStatus.IN_PROGRESS)
WATCHER = Actor("keng", "")
_log = structlog.get_logger("keng.runtime.health_watch")


class HealthWatch:
    """look() is called from one thread at a time."""

    def __init__(
        self, state: State, publish: Callable[[list[AlertChange]], None], clock: Clock, look_s: float
    ) -> None:
        self._state = state
        self._publish = publish
        self._clock = clock
        self._look_s = look_s
        with state.read() as conn:
            self._known = cadences.cadences(conn, None)
        self._saved_us = self._looked_us = self._listening_us = clock()

    def look(self) -> list[AlertChange]:
        """Take one look at every source; returns the alerts that it raised or closed."""
        now = self._clock()
        if now - self._looked_us > DEAF_LOOKS * self._look_s * 1_000_000:
            self._listening_us = now
        self._looked_us = now
        changes: list[AlertChange] = []
        with self._state.read() as conn:
            seen = sightings(conn, None)
            entries = register.sources(conn, None)
            kinds = {agency.id: agency.kind for agency in register.agencies(conn)}
            profile = register.centre_profile(conn)
        offset_s = _offset_s(profile.timezone, now)
        today = rhythm.local_date(now, offset_s)
        fallen: list[tuple[LogSourceEntry, SourceCadence, float]] = []
        back: list[SourceCadence] = []
        for entry in entries:
            one = seen.get(entry.id)
            if one is None or not entry.enabled:
                self._known.pop(entry.id, None)
                continue
            off = is_day_off(today, profile.pack, kinds.get(entry.agency, ""))
            hour = rhythm.hour_of_week(now, offset_s, off)
            before, after = self._looked(entry, one, Moment(now, hour, off, self._listening_us))
            if after.silent_since_us and not before.silent_since_us:
                fallen.append((entry, after, rhythm.usual_pause_s(after.learned, hour, self._look_s)))
            elif before.silent_since_us and not after.silent_since_us:
                back.append(after)
        if fallen or back or now - self._saved_us >= SAVE_US:
            with self._state.write() as conn:
                cadences.save_cadences(conn, self._known.values())
                changes = self._raise(conn, fallen, now) + self._end(conn, back, now)
            self._saved_us = now
        if changes:
            self._publish(changes)
        return changes

    def save(self) -> None:
        """Keep what was learned since the last saving."""
        with self._state.write() as conn:
            cadences.save_cadences(conn, self._known.values())

    def _looked(
        self, entry: LogSourceEntry, seen: Sighting, moment: Moment
    ) -> tuple[SourceCadence, SourceCadence]:
        before = self._known.get(entry.id)
        if before is None:
            before = SourceCadence(entry.id, entry.agency, rhythm.Cadence(), 0)
        learned = before.learned
        if not learned.live_us:
            learned.live_us = before.last_us  # learned by a version that did not tell
        came_us = seen.last_us if seen.last_us > before.last_us else 0
        silent = hear(learned, moment, came_us, seen.delay_us, bool(before.silent_since_us))
        after = SourceCadence(
            entry.id,
            entry.agency,
            learned,
            seen.last_us,
            (before.silent_since_us or learned.live_us) * silent,
        )
        self._known[entry.id] = after
        return before, after

    def _raise(
        self, conn: Connection, fallen: list[tuple[LogSourceEntry, SourceCadence, float]], now: int
    ) -> list[AlertChange]:
        if not fallen:
            return []
        levels = register.source_systems(conn, {entry.id for entry, _one, _usual in fallen})
        hit = {
            agency
            for agency, counts in alerts.open_alerts_by_agency(conn, None, SILENT_RULE).items()
            if counts.get(Severity.HIGH, 0) + counts.get(Severity.CRITICAL, 0)
        }
        found: list[Detection] = []
        outages = {entry.agency: self._outage(conn, entry.agency) for entry, _one, _usual in fallen}
        for entry, one, usual_s in fallen:
            heard_us = one.learned.live_us
            _log.warning("source is silent", source=entry.id, agency=entry.agency, last_us=heard_us)
            since = outages[entry.agency]
            together = since if since is not None and belongs(heard_us, since) else None
            severity = severity_of(levels.get(entry.id, ("", 0))[1], entry.agency in hit)
            found.append(silence(entry, severity, heard_us, now, usual_s, together))
        return alerts.record_detections(conn, found, now)

    def _outage(self, conn: Connection, agency: str) -> int | None:
        """Since when sources of the agency are silent together: as an open alert says, or as it looks now."""
        known = [int(one.group[SINCE]) for one in self._alerts(conn, agency, _OPEN) if SINCE in one.group]
        if known:
            return max(known)
        quiet = [one for one in self._known.values() if one.agency == agency and _is_quiet(one)]
        return outage_since([one.learned.live_us for one in quiet])

    def _end(self, conn: Connection, back: list[SourceCadence], now: int) -> list[AlertChange]:
        """Close what nobody has taken up: the source speaks again. What a person works on is left to them."""
        changes: list[AlertChange] = []
        for one in back:
            _log.info("source speaks again", source=one.source, agency=one.agency)
        for agency in sorted({one.agency for one in back}):
            speaking = {one.source for one in back if one.agency == agency}
            silent_us = [
                one.learned.live_us
                for one in self._known.values()
                if one.agency == agency and one.silent_since_us
            ]
            for alert in self._alerts(conn, agency, (AlertStatus.NEW,)):
                since = alert.group.get(SINCE)
                over = (
                    alert.source in speaking
                    if since is None
                    else not any(belongs(heard_us, int(since)) for heard_us in silent_us)
                )
                if over and not alert.incident:
                    reason = (
                        _("The source speaks again; closed by Kẻng.")
                        if since is None
                        else _("The sources speak again; closed by Kẻng.")
                    )
                    closed = alerts.close(conn, alert.id, Disposition.BENIGN, reason, WATCHER, now)
                    if not isinstance(closed, Rejected):
                        changes.append(closed)
        return changes

    def _alerts(self, conn: Connection, agency: str, statuses: tuple[AlertStatus, ...]) -> list[Alert]:
        wanted = alerts.AlertFilter(statuses=statuses, agency=agency, rule_id=SILENT_RULE)
        return alerts.alerts(conn, wanted, None, limit=1000)


def _is_quiet(one: SourceCadence) -> bool:
    """Not called silent yet, perhaps, but quieter than it should be."""
    return bool(one.silent_since_us) or one.learned.missed >= QUIET_BEATS


def _offset_s(timezone: str, now_us: int) -> int:
    """Seconds that the zone's clocks are ahead of UTC."""
    offset = datetime.fromtimestamp(now_us / 1e6, ZoneInfo(timezone)).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
