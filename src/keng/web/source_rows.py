"""The log sources as tables of the console show them: what was heard, how they usually speak, what is missing."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec
from sqlalchemy import Connection

from keng.health.cadence import HOURS, hour_of_week, local_date, usual_pause_s
from keng.health.days_off import is_day_off
from keng.health.skew import verdict
from keng.model.agency import LogSourceEntry
from keng.state import register
from keng.state.cadences import SourceCadence, cadences
from keng.state.sightings import Sighting, sightings
from keng.web.pulse import Pulse
from keng.web.times import moment

QUIET_US = 15 * 60 * 1_000_000
LOOK_S = 30.0
_ORDER = {"silent": 0, "never": 1, "quiet": 2, "on": 3, "off": 4}


class SourceRow(msgspec.Struct, frozen=True):
    """One log source.

    state: "on"; "quiet" (a pause that is usual at this hour); "silent" (it should have been heard, see
    `health.cadence`); "never" (never heard) or "off" (switched off in the register).
    usual_s: seconds between records that are usual now (0: none is expected). missed: how much of the patience of
    its cadence is used up, 0 to 1. week: chance of hearing it, per hour of the week (empty: nothing learned yet).
    clock: `health.skew.verdict`.
    """

    entry: LogSourceEntry
    agency: str
    seen: Sighting | None
    state: str
    rates: list[float]
    rate: float
    usual_s: float = 0.0
    missed: float = 0.0
    week: list[float] = []
    clock: str = ""


class AgencyRow(msgspec.Struct, frozen=True):
    """The sources of one agency together: how many speak, are silent or were never heard, and what became of records.

    latency_s: from arrival to alert, median and 99 %; None while nothing arrives.
    """

    agency: str
    speaking: int
    silent: int
    never: int
    wrong_clocks: int
    rate: float
    received: int
    unparsed: int
    rejected: int
    latency_s: tuple[float, float] | None


def by_agency(
    rows: list[SourceRow], latencies: Mapping[str, tuple[float, float]] = MappingProxyType({})
) -> list[AgencyRow]:
    """One row an agency, the blindest first. Sources that are switched off do not count.

    latencies: seconds to the alert by the agency's id: of half of the events, and of 99 %.
    """
    found = []
    for name in {row.agency for row in rows}:
        own = [row for row in rows if row.agency == name and row.state != "off"]
        seen = [row.seen for row in own if row.seen]
        found.append(
            AgencyRow(
                name,
                sum(row.state in ("on", "quiet") for row in own),
                sum(row.state == "silent" for row in own),
                sum(row.state == "never" for row in own),
                sum(row.clock in ("ahead", "zone") for row in own),
                sum(row.rate for row in own),
                sum(one.received for one in seen),
                sum(one.unparsed for one in seen),
                sum(one.rejected for one in seen),
                next((latencies[row.entry.agency] for row in own if row.entry.agency in latencies), None),
            )
        )
    return sorted(found, key=lambda row: (-row.silent, -row.never, row.agency))


def source_rows(
    conn: Connection, names: dict[str, str], pulse: Pulse, now_us: int, agencies: frozenset[str] | None
) -> list[SourceRow]:
    """Every source of the register that may be seen; those that need a look first."""
    seen, learned = sightings(conn, agencies), cadences(conn, agencies)
    profile = register.centre_profile(conn)
    offset = moment(now_us, profile.timezone).utcoffset()
    offset_s = int(offset.total_seconds()) if offset is not None else 0
    kinds = {agency.id: agency.kind for agency in register.agencies(conn)}
    today = local_date(now_us, offset_s)
    rows = []
    for entry in register.sources(conn, agencies):
        one, known = seen.get(entry.id), learned.get(entry.id)
        resting = is_day_off(today, profile.pack, kinds.get(entry.agency, ""))
        hour = hour_of_week(now_us, offset_s, resting)
        rates = pulse.of_source(entry.id)
        rows.append(
            SourceRow(
                entry,
                names.get(entry.agency, entry.agency),
                one,
                _state(entry, one, known, now_us),
                rates,
                pulse.now(rates),
                usual_pause_s(known.learned, hour, LOOK_S) if known else 0.0,
                min(1.0, known.learned.missed / known.learned.threshold) if known else 0.0,
                [known.learned.chance(hour) for hour in range(HOURS)] if known else [],
                verdict(one.skew_us) if one else "",
            )
        )
    rows.sort(key=lambda row: (_ORDER[row.state], row.agency, row.entry.name))
    return rows


def _state(entry: LogSourceEntry, seen: Sighting | None, known: SourceCadence | None, now_us: int) -> str:
    if not entry.enabled:
        return "off"
    if seen is None:
        return "never"
    if known is not None and known.silent_since_us:
        return "silent"
    return "quiet" if now_us - seen.last_us > QUIET_US else "on"
