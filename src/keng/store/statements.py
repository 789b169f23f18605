"""Whole statements. Every one that answers a searcher goes through `_where`, which adds whose events may be seen."""

# ruff: noqa: S608
# Only constants and placeholders are put together here; values travel apart, in `Parameters`.

from typing import NamedTuple

from keng.store.anywhere import may_have
from keng.store.arrow import MAX_TIME_US
from keng.store.base import Agencies
from keng.store.conditions import condition, values_of
from keng.store.cursor import Cursor
from keng.store.fields import VIEW, Names, targets
from keng.store.histogram import Grid
from keng.store.parameters import Parameters
from keng.store.query import SearchQuery
from keng.store.schema import COLUMNS, EVENTS
from keng.store.sql import SqlQuery

_EXPRESSIONS = {
    "id": "lower(hex(id))",
    "time": "toUnixTimestamp64Micro(time)",
    "received": "toUnixTimestamp64Micro(received)",
}
# Never named like a column: such an alias would take the column's place in WHERE and ORDER BY.
_EVENT = ", ".join(f"{_EXPRESSIONS.get(column.name, column.name)} AS c_{column.name}" for column in COLUMNS)
_VIEWED = {"id": "lower(hex(events.id))", "offset": "events.offset"}
_NEWEST = "ORDER BY time DESC, id DESC"
# A sender's clock may run a little ahead; what claims to be later than this must not stretch every picture.
_NOT_FROM_THE_FUTURE = "time <= received + INTERVAL 1 DAY"


class Statement(NamedTuple):
    """A statement and its values."""

    sql: str
    values: dict[str, str | int | float]


def search(
    query: SearchQuery, names: Names, agencies: Agencies, cursor: Cursor | None, limit: int
) -> Statement:
    """Events, newest first."""
    parameters = Parameters()
    where = _where(query, names, agencies, parameters)
    if cursor is not None:
        at = _moment(cursor.time_us, parameters)
        where += f" AND time <= {at} AND (time < {at} OR id < unhex({parameters.text(cursor.id)}))"
    return _events(where, _NEWEST, limit, parameters)


def export(query: SearchQuery, names: Names, agencies: Agencies, limit: int) -> Statement:
    """Events, newest first: one pass in the table's order, for an answer that is read piece by piece."""
    parameters = Parameters()
    where = _where(query, names, agencies, parameters)
    most = parameters.whole(limit)
    return Statement(f"SELECT {_EVENT} FROM {EVENTS} WHERE {where} {_NEWEST} LIMIT {most}", parameters.values)


def count(query: SearchQuery, names: Names, agencies: Agencies) -> Statement:
    """Row `n`."""
    parameters = Parameters()
    where = _where(query, names, agencies, parameters)
    return Statement(f"SELECT count() AS n FROM {EVENTS} WHERE {where}", parameters.values)


def extent(query: SearchQuery, names: Names, agencies: Agencies) -> Statement:
    """Row `n`, `first`, `last`: the times between which events are found."""
    parameters = Parameters()
    where = _where(query, names, agencies, parameters)
    return Statement(
        "SELECT count() AS n, toUnixTimestamp64Micro(min(time)) AS first, toUnixTimestamp64Micro(max(time)) AS last "
        f"FROM {EVENTS} WHERE {where} AND {_NOT_FROM_THE_FUTURE}",
        parameters.values,
    )


def histogram(query: SearchQuery, names: Names, agencies: Agencies, steps: Grid) -> Statement:
    """Rows `bucket` (number from 0), `n`."""
    parameters = Parameters()
    where = _where(query, names, agencies, parameters)
    start, step = parameters.whole(steps.start_us), parameters.whole(steps.step_us)
    end = _moment(steps.start_us + steps.step_us * steps.number, parameters)
    return Statement(
        f"SELECT intDiv(toUnixTimestamp64Micro(time) - {start}, {step}) AS bucket, count() AS n FROM {EVENTS} "
        f"WHERE {where} AND time >= {_moment(steps.start_us, parameters)} AND time < {end} GROUP BY bucket",
        parameters.values,
    )


def top_values(query: SearchQuery, field: str, names: Names, agencies: Agencies, limit: int) -> Statement:
    """Rows `value`, `n`, the most frequent first."""
    parameters = Parameters()
    where = _where(query, names, agencies, parameters)
    value = values_of(targets(field, names), parameters)
    return Statement(
        f"SELECT value, count() AS n FROM (SELECT {value} AS value FROM {EVENTS} WHERE {where}) "
        f"WHERE value != '' GROUP BY value ORDER BY n DESC, value LIMIT {parameters.whole(limit)}",
        parameters.values,
    )


def expert(query: SqlQuery, agencies: Agencies, from_us: int | None, to_us: int | None) -> Statement:
    """SQL of an expert; in place of the view stands what may be seen, between two times of the event."""
    parameters = Parameters()
    where = _where(SearchQuery(from_us=from_us, to_us=to_us), _no_names, agencies, parameters)
    columns = [f"{_VIEWED.get(name, name)} AS {name}" for name in VIEW if name in query.columns]
    columns += [f"{parameters.log_field(key)} AS keng_field_{n}" for n, key in enumerate(query.keys)]
    for n, segments in enumerate(query.raws):
        columns.append(f"({' AND '.join(may_have(segments, parameters))}) AS keng_may_{n}")
    seen = f"(SELECT {', '.join(columns) or '1 AS keng_one'} FROM {EVENTS} WHERE {where}) AS events"
    values = [seen if value is None else parameters.text(value) for value in query.values]
    sql = "".join([part for pair in zip(query.pieces, [*values, ""], strict=True) for part in pair])
    return Statement(sql, parameters.values)


def get(event_id: str, agencies: Agencies) -> Statement:
    """The event, if it may be seen."""
    parameters = Parameters()
    where = f"{_visible(agencies, parameters)} AND id = unhex({parameters.text(event_id)})"
    return _events(where, "", 1, parameters)


def host_activity(
    host: str, around_us: int, window_us: int, agencies: Agencies, limit: int, later: bool
) -> Statement:
    """Events of a host after (from `around_us` on) or before it, the nearest first."""
    parameters = Parameters()
    where = f"{_visible(agencies, parameters)} AND lowerUTF8(host) = lowerUTF8({parameters.text(host)})"
    at = _moment(around_us, parameters)
    if later:
        where += f" AND time >= {at} AND time <= {_moment(around_us + window_us, parameters)}"
        return _events(where, "ORDER BY time, id", limit, parameters)
    where += f" AND time < {at} AND time >= {_moment(around_us - window_us, parameters)}"
    return _events(where, _NEWEST, limit, parameters)


def counts_by_source(since_us: int) -> Statement:
    """Rows `agency`, `source`, `n`, `unparsed`, `last`."""
    parameters = Parameters()
    return Statement(
        "SELECT agency, source, count() AS n, countIf(NOT parsed) AS unparsed, "
        f"toUnixTimestamp64Micro(max(received)) AS last FROM {EVENTS} "
        f"WHERE received >= {_moment(since_us, parameters)} GROUP BY agency, source ORDER BY n DESC, agency, source",
        parameters.values,
    )


def count_since(since_us: int, agencies: Agencies) -> Statement:
    """Row `n`."""
    parameters = Parameters()
    where = f"{_visible(agencies, parameters)} AND received >= {_moment(since_us, parameters)}"
    return Statement(f"SELECT count() AS n FROM {EVENTS} WHERE {where}", parameters.values)


def ids_after(offset: int) -> Statement:
    """Rows `id`: 16 bytes."""
    parameters = Parameters()
    # `offset` alone is a word of SQL's own.
    where = f"{EVENTS}.offset > {parameters.whole(offset)}"
    return Statement(f"SELECT id FROM {EVENTS} WHERE {where}", parameters.values)


def recent_ids(since_us: int, limit: int) -> Statement:
    """Rows `id`: 16 bytes."""
    parameters = Parameters()
    return Statement(
        f"SELECT id FROM {EVENTS} WHERE received >= {_moment(since_us, parameters)} "
        f"ORDER BY received DESC LIMIT {parameters.whole(limit)}",
        parameters.values,
    )


def _events(where: str, order: str, limit: int, parameters: Parameters) -> Statement:
    most = parameters.whole(limit)
    if order:
        # First which ones, by narrow columns; then the wide ones of those only. (GLOBAL: once for all shards.)
        where = f"(time, id) GLOBAL IN (SELECT time, id FROM {EVENTS} WHERE {where} {order} LIMIT {most})"
    return Statement(f"SELECT {_EVENT} FROM {EVENTS} WHERE {where} {order} LIMIT {most}", parameters.values)


def _where(query: SearchQuery, names: Names, agencies: Agencies, parameters: Parameters) -> str:
    parts = [_visible(agencies, parameters)]
    if query.from_us is not None:
        parts.append(f"time >= {_moment(query.from_us, parameters)}")
    if query.to_us is not None:
        parts.append(f"time < {_moment(query.to_us, parameters)}")
    if query.received_from_us is not None:
        parts.append(f"received >= {_moment(query.received_from_us, parameters)}")
    if query.received_to_us is not None:
        parts.append(f"received < {_moment(query.received_to_us, parameters)}")
    if query.expression is not None:
        parts.append(condition(query.expression, names, parameters))
    return " AND ".join(parts)


def _visible(agencies: Agencies, parameters: Parameters) -> str:
    """Isolation: a condition of its own, in parentheses, joined by AND with whatever was asked."""
    if agencies is None:
        return "true"
    if not agencies:
        return "false"
    return f"(agency IN ({', '.join([parameters.text(agency) for agency in sorted(agencies)])}))"


def _moment(time_us: int, parameters: Parameters) -> str:
    bounded = min(max(time_us, 0), MAX_TIME_US)
    return f"fromUnixTimestamp64Micro({parameters.whole(bounded)}, 'UTC')"


# For whole passes over history (`store/history.py`), which must keep to the same isolation.
EVENT_COLUMNS, visible, moment = _EVENT, _visible, _moment


def _no_names(_lower: str) -> tuple[str, ...]:
    return ()
