"""History asked as a whole, slice by slice: for all rules at once, on a connection of its own, read-only.

Statements of three kinds (see `detect/sigma/retro.py` for what they are for): which patterns stand in the distinct
values of a field; classes of events that answer alike to probes; the events of some classes. Values and patterns
travel as parameters. Every statement has limits and the tag of its job, by which it can be ended.
"""

# ruff: noqa: S608
# Only constants and placeholders are put together here; values travel apart, in `Parameters`.

import ipaddress
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from keng.model.event import LogSource
from keng.model.probe import Answer, Check, Probe
from keng.store.base import Agencies, StoredEvent
from keng.store.limits import OUTPUT, tagged
from keng.store.link import Link, Row
from keng.store.parameters import Parameters
from keng.store.read import stored_event
from keng.store.schema import EVENTS, FIELD_NAMES
from keng.store.statements import EVENT_COLUMNS, moment, visible
from keng.store.text import decode

SLICE_EVENTS = 500_000
MAX_LOADED = 20_000
"""Events of one answer; a slice with more is asked for in parts."""
DAY_US = 86_400 * 10**6
_DATA = (
    "startsWith(rest, '{') OR startsWith(rest, '<Event') OR ((rest = '' OR startsWith(rest, '\\x01')) AND "
    "(startsWith(skeleton, '\\x01-\\x02{') OR startsWith(skeleton, '\\x01-\\x02<Event')))"
)
# Keywords look into every value, and into the raw text where it is a line: making that one again is dear.
_TEXT = f"concat(if({_DATA}, '', raw), '\\n', arrayStringConcat(mapValues(fields), '\\n'))"
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = rf"^(?:{_OCTET}\\.){{3}}{_OCTET}$"
_NO_ADDRESS = r"^[^%]*[!-$&-\\-/;-@G-\\x60g-~]|^[^.:]*$"
_SIGNS = {"number": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


class Slice(NamedTuple):
    """A part of history: received in [received_from, received_to), of event time [from, to), microseconds."""

    received_from_us: int
    received_to_us: int
    from_us: int
    to_us: int
    events: int


class Class(NamedTuple):
    """Events that answer alike. answers: as the probes; loose: a value that cannot be judged."""

    key: int
    event_id: str
    loose: bool
    answers: tuple[Answer, ...]
    events: int


class HistoryLimits(NamedTuple):
    """Of each statement."""

    threads: int = 2
    memory_bytes: int = 1 << 30
    seconds: float = 300.0


class History:
    """Not for two threads at once. close() gives the connection back."""

    def __init__(
        self,
        connection: Link,
        limits: HistoryLimits | None = None,
        tag: str = "",
        event_id: str = "EventID",
    ) -> None:
        chosen = limits or HistoryLimits()
        self._connection = connection
        self._event_id = event_id
        self._settings = (
            f"log_comment = '{tagged(tag)}', max_execution_time = {chosen.seconds}, "
            f"timeout_overflow_mode = 'throw', max_memory_usage = {chosen.memory_bytes}, "
            f"max_threads = {chosen.threads}, use_query_condition_cache = 0, max_hyperscan_regexp_length = 0, "
            f"max_hyperscan_regexp_total_length = 0, reject_expensive_hyperscan_regexps = 0, {OUTPUT}"
        )

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def slices(
        self, since_us: int = 0, agencies: Agencies = None, size: int = SLICE_EVENTS
    ) -> tuple[Slice, ...]:
        """History in parts of about `size` events, the newest first; since_us: by event time."""
        parameters = Parameters()
        where = f"{visible(agencies, parameters)} AND time >= {moment(since_us, parameters)}"
        days = self._rows(
            "SELECT toUnixTimestamp(toStartOfDay(received)) AS day, count() AS n, "
            "toUnixTimestamp64Micro(min(time)) AS first, toUnixTimestamp64Micro(max(time)) AS last "
            f"FROM {EVENTS} WHERE {where} GROUP BY day ORDER BY day DESC",
            parameters,
        )
        return tuple([part for day in days for part in self._parts(day, where, parameters, size)])

    def kinds(self, part: Slice, agencies: Agencies = None) -> list[tuple[LogSource, str, int]]:
        """Log source, event id, number of events."""
        parameters = Parameters()
        event_id = parameters.log_field(self._event_id)
        rows = self._rows(
            f"SELECT product, service, categories, {event_id} AS e, count() AS n FROM {EVENTS} "
            f"WHERE {_within(part, agencies, parameters)} GROUP BY product, service, categories, e",
            parameters,
        )
        return [(_logsource(row), decode(row["e"]), row["n"]) for row in rows]

    def hits(
        self, part: Slice, probe: Probe, agencies: Agencies = None
    ) -> tuple[tuple[int, ...], bool, bool]:
        """(patterns found in the distinct values of a field, whether it has values, whether all are valid UTF-8)."""
        parameters = Parameters()
        within = _within(part, agencies, parameters)
        if probe.field:
            value = parameters.log_field(probe.field)
            source = f"(SELECT DISTINCT {value} AS v FROM {EVENTS} WHERE {within})"
        else:
            source = f"(SELECT {_TEXT} AS v FROM {EVENTS} WHERE {within})"
        (row,) = self._rows(
            f"SELECT groupUniqArrayArray(multiMatchAllIndices(v, {parameters.texts(probe.patterns)})) AS hits, "
            f"count() AS n, countIf(NOT isValidUTF8(v)) AS broken FROM {source} WHERE v != ''",
            parameters,
        )
        return tuple([number - 1 for number in row["hits"]]), row["n"] > 0, row["broken"] == 0

    def field_names(self) -> frozenset[str]:
        """Names of all log fields that were ever stored."""
        return frozenset(
            [decode(row["name"]) for row in self._rows(f"SELECT name FROM {FIELD_NAMES}", Parameters())]
        )

    def classes(
        self,
        part: Slice,
        logsource: LogSource,
        probes: Sequence[Probe],
        loose: Sequence[Probe],
        agencies: Agencies = None,
    ) -> Iterator[Class]:
        """Events of a log source by what they answer. loose: probes of which a pattern found makes the value loose."""
        parameters = Parameters()
        columns = self._columns(probes, loose, parameters)
        chosen = ", ".join([f"any({name}) AS any_{name}" for name in columns.names])
        rows = self._rows(
            f"SELECT {columns.key} AS key, {chosen}, count() AS n FROM "
            f"(SELECT {columns.sql} FROM {EVENTS} "
            f"WHERE {_within(part, agencies, parameters)} AND {_of(logsource, parameters)}) GROUP BY key",
            parameters,
        )
        for row in rows:
            answers = tuple([_answer(row, number) for number in range(len(probes))])
            yield Class(
                row["key"],
                decode(row["any_e"]),
                bool(row["any_loose"]),
                answers,
                row["n"],
            )

    def events(
        self,
        part: Slice,
        logsource: LogSource,
        probes: Sequence[Probe],
        loose: Sequence[Probe],
        wanted: Sequence[Class],
        agencies: Agencies = None,
        most: int = MAX_LOADED,
    ) -> Iterator[list[StoredEvent]]:
        """The events of some classes, at most about `most` at once."""
        total = sum(one.events for one in wanted)
        turns = -(-total // most)
        for turn in range(turns):
            parameters = Parameters()
            columns = self._columns(probes, loose, parameters)
            keys = parameters.numbers([one.key for one in wanted])
            where = f"{_within(part, agencies, parameters)} AND {_of(logsource, parameters)}"
            if turns > 1:
                where += f" AND cityHash64(id) % {parameters.whole(turns)} = {parameters.whole(turn)}"
            rows = self._rows(
                f"SELECT {EVENT_COLUMNS} FROM (SELECT *, {columns.sql} FROM {EVENTS} WHERE {where}) "
                f"WHERE {columns.key} IN {keys}",
                parameters,
            )
            yield [stored_event(row) for row in rows]

    def all_events(
        self, part: Slice, agencies: Agencies = None, most: int = MAX_LOADED
    ) -> Iterator[list[StoredEvent]]:
        """Every event of a slice: what a search that leaves nothing out compares with."""
        turns = max(1, -(-part.events // most))
        for turn in range(turns):
            parameters = Parameters()
            where = _within(part, agencies, parameters)
            where += f" AND cityHash64(id) % {parameters.whole(turns)} = {parameters.whole(turn)}"
            yield [
                stored_event(row)
                for row in self._rows(f"SELECT {EVENT_COLUMNS} FROM {EVENTS} WHERE {where}", parameters)
            ]

    def _rows(self, sql: str, parameters: Parameters) -> list[Row]:
        return self._connection.rows(f"{sql} SETTINGS {self._settings}", parameters.values)

    def _parts(self, day: Row, where: str, parameters: Parameters, size: int) -> Iterator[Slice]:
        start = day["day"] * 10**6
        number = max(1, -(-day["n"] // size))
        bounds = [day["first"], day["last"] + 1]
        if number > 1:
            levels = ", ".join([str(n / number) for n in range(1, number)])
            (row,) = self._rows(
                f"SELECT quantilesTDigest({levels})(toFloat64(time)) AS bounds FROM {EVENTS} WHERE {where} "
                f"AND received >= {moment(start, parameters)} AND received < {moment(start + DAY_US, parameters)}",
                parameters,
            )
            inner = sorted({int(bound * 10**6) for bound in row["bounds"]})
            bounds = [bounds[0], *[b for b in inner if bounds[0] < b < bounds[1]], bounds[1]]
        for low, high in pairwise(bounds):
            yield Slice(start, start + DAY_US, low, high, -(-day["n"] // (len(bounds) - 1)))

    def _columns(self, probes: Sequence[Probe], loose: Sequence[Probe], parameters: Parameters) -> "_Columns":
        parts = [f"{parameters.log_field(self._event_id)} AS e"]
        names = ["e", "loose"]
        marks = [
            f"multiMatchAny({_value(one.field, parameters)}, {parameters.texts(one.patterns)}) "
            f"OR NOT isValidUTF8({_value(one.field, parameters)})"
            for one in loose
        ]
        parts.append(f"toUInt8({' OR '.join(marks) or '0'}) AS loose")
        for number, probe in enumerate(probes):
            value = _value(probe.field, parameters)
            parts.append(f"{value} AS v{number}")
            parts.append(f"{_meanings(f'v{number}', probe, parameters)} AS h{number}")
            checks = [_check(f"v{number}", check, parameters) for check in probe.checks]
            flags = [f"toUInt8(v{number} = '') + 2 * toUInt8(NOT isValidUTF8(v{number}))"]
            parts.append(f"[{', '.join([f'toUInt8({one})' for one in flags + checks])}] AS c{number}")
            names += [f"h{number}", f"c{number}"]
        return _Columns(", ".join(parts), tuple(names), f"cityHash64({', '.join(names)})")


class _Columns(NamedTuple):
    sql: str
    names: tuple[str, ...]
    key: str


def _value(field: str, parameters: Parameters) -> str:
    return parameters.log_field(field) if field else _TEXT


def _meanings(value: str, probe: Probe, parameters: Parameters) -> str:
    found = f"multiMatchAllIndices({value}, {parameters.texts(probe.patterns)})"
    if not probe.meanings:
        return f"arraySort({found})"
    meanings = parameters.numbers(probe.meanings)
    return f"arraySort(arrayDistinct(arrayMap(found -> arrayElement({meanings}, found), {found})))"


def _within(part: Slice, agencies: Agencies, parameters: Parameters) -> str:
    return (
        f"{visible(agencies, parameters)} AND received >= {moment(part.received_from_us, parameters)} "
        f"AND received < {moment(part.received_to_us, parameters)} AND time >= {moment(part.from_us, parameters)} "
        f"AND time < {moment(part.to_us, parameters)}"
    )


def _of(logsource: LogSource, parameters: Parameters) -> str:
    product, service = parameters.text(logsource.product), parameters.text(logsource.service)
    categories = parameters.texts(logsource.categories)
    return f"product = {product} AND service = {service} AND categories = {categories}"


def _check(value: str, check: Check, parameters: Parameters) -> str:
    """0: no, 1: yes, 2: perhaps, as `model/probe.py` has them."""
    if check.kind in _SIGNS:
        limits = [parameters.number(number) for number in check.numbers]
        test = f"= {limits[0]}" if len(limits) == 1 else f"IN ({', '.join(limits)})"
        if check.kind != "number":
            test = f"{_SIGNS[check.kind]} {limits[0]}"
        plain = f"match({value}, '^-?[0-9]{{1,15}}$'), toFloat64(toInt64OrZero({value})) {test}"
        return f"multiIf({plain}, match({value}, '^[-+.0-9]'), 2, 0)"
    if check.kind == "cidr":
        return _in_networks(value, check.texts, parameters)
    other = parameters.log_field(check.texts[0])
    open_ = (
        f"{value} = '' OR {other} = '' OR match(concat({value}, {other}), '[^\\\\x00-\\\\x7f]|\\\\n|\\\\.0')"
    )
    one, two = f"lower({value})", f"lower({other})"
    tests = {
        "is": f"{one} = {two}",
        "startswith": f"startsWith({one}, {two})",
        "endswith": f"endsWith({one}, {two})",
        "contains": f"position({one}, {two}) > 0",
    }
    return f"multiIf({open_}, 2, {tests[check.kind]}, 1, 0)"


def _in_networks(value: str, texts: Sequence[str], parameters: Parameters) -> str:
    networks = [ipaddress.ip_network(text) for text in texts]
    inside = {
        version: " OR ".join(
            [
                f"({address} BETWEEN toIPv{version}({parameters.text(str(network.network_address))}) "
                f"AND toIPv{version}({parameters.text(str(network.broadcast_address))}))"
                for network in networks
                if network.version == version
            ]
        )
        for version, address in ((4, f"toIPv4OrDefault({value})"), (6, f"toIPv6OrDefault({value})"))
    }
    none = f"match({value}, '{_NO_ADDRESS}')"
    ipv4 = f"match({value}, '{_IPV4}')"
    ipv6 = f"isIPv6String({value}) AND NOT match({value}, '[.%]')"
    other = f"match({value}, '^[0-9a-fA-F:]{{2,39}}$')" if not inside[6] else "false"
    return f"multiIf({none}, 0, {ipv4}, {inside[4] or '0'}, {ipv6}, {inside[6] or '0'}, {other}, 0, 2)"


def _answer(row: Row, number: int) -> Answer:
    flags, *checks = row[f"any_c{number}"]
    return Answer(tuple(row[f"any_h{number}"]), tuple(checks), bool(flags & 1), not flags & 2)


def _logsource(row: Row) -> LogSource:
    categories = tuple([decode(one) for one in row["categories"]])
    return LogSource(decode(row["product"]), decode(row["service"]), categories)
