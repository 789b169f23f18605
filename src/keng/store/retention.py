"""Deleting what is old enough: whole partitions, by the day of arrival and the level of the system. Holds come first.

A partition that is due and has held events is written anew with those only. Nothing is deleted by its event time: a
sender's clock decides nothing.
"""

# ruff: noqa: S608
# Only constants, numbers and placeholders are put together here; values travel apart, in `Parameters`.

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import msgspec

from keng.model.hold import Held
from keng.store.arrow import MAX_TIME_US
from keng.store.insert import MAX_LEVEL
from keng.store.link import Link
from keng.store.parameters import Parameters
from keng.store.retention_days import MAX_DAYS
from keng.store.schema import EVENTS

_PARTITION = re.compile(r"\((\d{8}),\s*(\d+)\)", re.ASCII)


class Tables(NamedTuple):
    """Where events lie. local: the table that has partitions; everywhere: follows its name; parts: lists its parts."""

    local: str = EVENTS
    everywhere: str = ""
    parts: str = "system.parts"


ALONE = Tables()


class Expired(msgspec.Struct, frozen=True):
    """A partition that was due. deleted, kept: events; kept ones are held."""

    day: str
    level: int
    deleted: int
    kept: int


class KeptDay(msgspec.Struct, frozen=True):
    """Events that arrived on one day from systems of one level. day: "2026-11-24", UTC. bytes: on disk."""

    day: str
    level: int
    events: int
    bytes: int

    def due(self, days: Mapping[int, int]) -> date:
        """The day (UTC) on which they are deleted, unless a hold keeps them."""
        kept = days.get(min(self.level, MAX_LEVEL), MAX_DAYS)
        return date.fromisoformat(self.day) + timedelta(days=kept + 1)


def kept_days(link: Link, tables: Tables = ALONE) -> tuple[KeptDay, ...]:
    """What is kept, the oldest first."""
    rows = link.rows(
        f"SELECT partition AS p, sum(rows) AS events, sum(bytes_on_disk) AS bytes FROM {tables.parts} "
        f"WHERE active AND database = currentDatabase() AND table = '{tables.local}' GROUP BY p ORDER BY p"
    )
    found = [(row, _PARTITION.fullmatch(str(row["p"]))) for row in rows]
    return tuple(
        KeptDay(
            f"{match[1][:4]}-{match[1][4:6]}-{match[1][6:]}",
            int(match[2]),
            int(row["events"]),
            int(row["bytes"]),
        )
        for row, match in found
        if match is not None
    )


def expire(
    link: Link, now_us: int, days: Mapping[int, int], held: Sequence[Held], tables: Tables = ALONE
) -> tuple[Expired, ...]:
    """Delete what arrived more than `days` of its level ago (whole days, UTC) and no hold keeps."""
    today = datetime.fromtimestamp(now_us / 10**6, UTC).date()
    done = []
    for partition_id, day, level in _partitions(link, tables):
        keep = days.get(min(level, MAX_LEVEL), MAX_DAYS)
        if datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC).date() + timedelta(days=keep) < today:
            one = _expire(link, partition_id, day, level, held, tables)
            if one is not None:
                done.append(one)
    return tuple(done)


def _expire(
    link: Link, partition_id: str, day: str, level: int, held: Sequence[Held], tables: Tables
) -> Expired | None:
    parameters = Parameters()
    kept_where = _held(held, parameters)
    within = f"toYYYYMMDD(received) = {int(day)} AND level = {level}"
    counts = link.rows(
        f"SELECT count() AS n, countIf({kept_where}) AS kept FROM {EVENTS} WHERE {within}", parameters.values
    )[0]
    total, kept = counts["n"], counts["kept"]
    if kept == total and total:
        return None
    change = f"ALTER TABLE {tables.local}{tables.everywhere}"
    if kept:
        link.rows(
            f"{change} DELETE IN PARTITION ID '{partition_id}' WHERE NOT ({kept_where}) SETTINGS mutations_sync = 2",
            parameters.values,
        )
    else:
        link.rows(f"{change} DROP PARTITION ID '{partition_id}'")
    return Expired(f"{day[:4]}-{day[4:6]}-{day[6:]}", level, total - kept, kept)


def _partitions(link: Link, tables: Tables) -> list[tuple[str, str, int]]:
    rows = link.rows(
        f"SELECT DISTINCT partition_id AS id, partition AS p FROM {tables.parts} "
        f"WHERE active AND database = currentDatabase() AND table = '{tables.local}' ORDER BY p"
    )
    found = [(str(row["id"]), _PARTITION.fullmatch(str(row["p"]))) for row in rows]
    return [(partition_id, match[1], int(match[2])) for partition_id, match in found if match is not None]


def _held(held: Sequence[Held], parameters: Parameters) -> str:
    return " OR ".join([_one(one, parameters) for one in held]) or "false"


def _one(one: Held, parameters: Parameters) -> str:
    parts = ["true"]
    if one.agency:
        parts.append(f"agency = {parameters.text(one.agency)}")
    if one.sources is not None:
        names = ", ".join([parameters.text(name) for name in one.sources])
        parts.append(f"source IN ({names})" if names else "false")
    after = [f"{column} >= {_moment(one.from_us, parameters)}" for column in ("time", "received")]
    before = (
        [f"{column} < {_moment(one.to_us, parameters)}" for column in ("time", "received")]
        if one.to_us
        else []
    )
    spans = [" AND ".join(pair) for pair in zip(after, before, strict=True)] if before else after
    parts.append(f"({' OR '.join([f'({span})' for span in spans])})")
    return f"({' AND '.join(parts)})"


def _moment(time_us: int, parameters: Parameters) -> str:
    return f"fromUnixTimestamp64Micro({parameters.whole(min(max(time_us, 0), MAX_TIME_US))}, 'UTC')"
