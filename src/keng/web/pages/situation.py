"""The situation: what flows, what is under attack, the agencies and their state, which deadline runs out."""

import msgspec
from litestar import Response, get
from sqlalchemy import Connection

from keng.health.silence import SILENT_RULE
from keng.i18n import language
from keng.incidents.clocks import next_deadline
from keng.model.agency import Agency
from keng.model.alert import Alert, AlertStatus
from keng.model.bulletin import Bulletin, BulletinStatus, Delivery
from keng.model.incident import Clock, Incident
from keng.model.severity import Severity
from keng.state import alerts as alert_state
from keng.state import bulletins as bulletin_state
from keng.state import deliveries, register
from keng.state import incidents as incident_state
from keng.web.desk import AtDesk, Desk
from keng.web.law import law_of
from keng.web.pulse import AtPulse, Pulse
from keng.web.source_rows import SourceRow, source_rows
from keng.web.threads import in_thread

HOUR_US = 3_600_000_000


class AgencyTile(msgspec.Struct, frozen=True):
    """One agency in the picture. state: "attack" (open high or critical alert), "watch", "silent" or "calm"."""

    agency: Agency
    name: str
    state: str
    open: dict[Severity, int]
    systems: int
    level: int
    rates: list[float]
    rate: float
    last_us: int
    silent: int
    sources: int


class Deadline(msgspec.Struct, frozen=True):
    """A legal clock that runs."""

    incident: Incident
    clock: Clock


class Situation(msgspec.Struct, frozen=True):
    """All that the page shows."""

    tiles: list[AgencyTile]
    sources: list[SourceRow]
    open: dict[Severity, int]
    newest: list[Alert]
    names: dict[str, str]
    deadlines: list[Deadline]
    incidents: list[Incident]
    waiting: list[tuple[Bulletin, list[Delivery]]]
    rates: list[float]
    rate: float

    @property
    def attacked(self) -> int:
        """Agencies with an open high or critical alert."""
        return sum(tile.state == "attack" for tile in self.tiles)

    @property
    def silent(self) -> int:
        """Sources that should be heard and are not."""
        return sum(row.state in ("silent", "never") for row in self.sources)


@get("/situation")
@in_thread
def situation(desk: AtDesk, pulse: AtPulse) -> Response[str]:
    """The whole page."""
    return desk.page("situation.html", now=look(desk, pulse))


@get("/situation/live")
@in_thread
def situation_live(desk: AtDesk, pulse: AtPulse) -> Response[str]:
    """The part that renews itself."""
    return desk.page("parts/situation.html", now=look(desk, pulse))


def look(desk: Desk, pulse: Pulse) -> Situation:
    """Gather the situation at `desk.now_us`."""
    with desk.centre.state.read() as conn:
        agencies = register.agencies(conn)
        systems = register.systems(conn)
        names = {agency.id: agency.name(language()) for agency in agencies}
        rows = source_rows(conn, names, pulse, desk.now_us, None)
        per_agency = alert_state.open_alerts_by_agency(conn, None)
        attacks = alert_state.open_alerts_by_agency(conn, None, without_rule=SILENT_RULE)
        newest = alert_state.alerts(
            conn,
            alert_state.AlertFilter(statuses=(AlertStatus.NEW, AlertStatus.IN_PROGRESS)),
            None,
            limit=8,
            newest_first=True,
        )
        incidents = incident_state.incidents(conn, open_only=True, limit=20)
        deadlines = _deadlines(conn, desk, incidents)
        waiting = _waiting(conn)
    tiles = []
    for agency in agencies:
        own = [row for row in rows if row.entry.agency == agency.id]
        levels = [system.level for system in systems if system.agency == agency.id]
        rates = pulse.of_agency(agency.id)
        open_here = per_agency.get(agency.id, {})
        tiles.append(
            AgencyTile(
                agency=agency,
                name=names[agency.id],
                state=_state(attacks.get(agency.id, {}), own),
                open=open_here,
                systems=len(levels),
                level=max(levels, default=0),
                rates=rates,
                rate=pulse.now(rates),
                last_us=max((row.seen.last_us for row in own if row.seen), default=0),
                silent=sum(row.state in ("silent", "never") for row in own),
                sources=len(own),
            )
        )
    order = {"attack": 0, "watch": 1, "silent": 2, "calm": 3}
    tiles.sort(key=lambda tile: (order[tile.state], -_weight(tile.open), tile.name))
    total = {level: sum(one.get(level, 0) for one in per_agency.values()) for level in reversed(Severity)}
    rates = pulse.of_all()
    return Situation(
        tiles, rows, total, newest, names, deadlines, incidents, waiting, rates, pulse.now(rates)
    )


def _state(open_here: dict[Severity, int], own: list[SourceRow]) -> str:
    if open_here.get(Severity.CRITICAL, 0) + open_here.get(Severity.HIGH, 0):
        return "attack"
    if any(row.state in ("on", "quiet") for row in own):
        return "watch" if open_here.get(Severity.MEDIUM, 0) else "calm"
    return "silent"


def _weight(counts: dict[Severity, int]) -> int:
    return sum(number * 10 ** int(level) for level, number in counts.items())


def _deadlines(conn: Connection, desk: Desk, incidents: list[Incident]) -> list[Deadline]:
    law = law_of(desk.profile.pack)
    running = []
    for incident in incidents:
        clock = next_deadline(incident_state.incident_clocks(conn, incident, law))
        if clock is not None:
            running.append(Deadline(incident, clock))
    return sorted(running, key=lambda one: one.clock.due_us)[:6]


def _waiting(conn: Connection) -> list[tuple[Bulletin, list[Delivery]]]:
    published = bulletin_state.bulletins(conn, statuses=(BulletinStatus.PUBLISHED,), limit=10)
    return [(one, deliveries.deliveries(conn, one.id)) for one in published][:5]


ROUTES = [situation, situation_live]
