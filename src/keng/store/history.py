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
from keng.model.probe import FOLDING, Answer, Check, Probe
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
FEW = 64
"""Classes of so many events at most say where these are."""
DAY_US = 86_400 * 10**6
_DATA = (
    "startsWith(rest, '{') OR startsWith(rest, '<Event') OR ((rest = '' OR startsWith(rest, '\\x01')) AND "
    "(startsWith(skeleton, '\\x01-\\x02{') OR startsWith(skeleton, '\\x01-\\x02<Event')))"
)
# Keywords look into every value, and into the raw text where it is a line: making that one again is dear.
_TEXT = f"concat(if({_DATA}, '', raw), '\\n', arrayStringConcat(fields.values, '\\n'))"
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
    """Events that answer alike. answers: as the probes; loose: a value that cannot be judged.

    places: time (µs) and id of all its events, if they are few; else of none.
    """

    key: int
    event_id: str
    loose: bool
    answers: tuple[Answer, ...]
    events: int
    places: tuple[tuple[int, str], ...] = ()


class Hits(NamedTuple):
    """Patterns found in the values of a field, from 0; whether it has values; whether some cannot be judged."""

    hits: tuple[int, ...]
    present: bool
    loose: bool


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

    def hits(self, part: Slice, probe: Probe, agencies: Agencies = None) -> Hits:
        """What a probe finds in the distinct values of its field."""
        parameters = Parameters()
        within = _within(part, agencies, parameters)
        if probe.field:
            value = parameters.log_field(probe.field)
            source = f"(SELECT DISTINCT {value} AS v FROM {EVENTS} WHERE {within})"
        else:
            source = f"(SELECT {_TEXT} AS v FROM {EVENTS} WHERE {within})"
        found = f"multiMatchAllIndices(v, {parameters.texts(probe.patterns)})" if probe.patterns else "[0]"
        (row,) = self._rows(
            f"SELECT groupUniqArrayArray({found}) AS hits, count() AS n, "
            f"countIf({_odd('v', bool(probe.field))} OR NOT isValidUTF8(v)) AS loose FROM {source} WHERE v != ''",
            parameters,
        )
        return Hits(tuple([one - 1 for one in row["hits"] if one]), row["n"] > 0, row["loose"] > 0)

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
        loose: Sequence[str],
        agencies: Agencies = None,
    ) -> Iterator[Class]:
        """Events of a log source by what they answer. loose: further fields whose odd values make an event loose."""
        parameters = Parameters()
        columns = self._columns(probes, loose, parameters)
        rows = self._rows(
            f"SELECT {columns.key} AS key, any(tuple({', '.join(columns.names)})) AS answers, count() AS n, "
            f"groupArray({FEW})((toUnixTimestamp64Micro(time), id)) AS places FROM "
            f"(SELECT time, id, {columns.sql} FROM {EVENTS} "
            f"WHERE {_within(part, agencies, parameters)} AND {_of(logsource, parameters)}) GROUP BY key",
            parameters,
        )
        for row in rows:
            values = dict(zip(columns.names, row["answers"].values(), strict=True))
            answers = tuple([_answer(values, number) for number in range(len(probes))])
            places: tuple[tuple[int, str], ...] = ()
            if row["n"] <= FEW:
                places = tuple(
                    [(one, name.hex()) for one, name in (place.values() for place in row["places"])]
                )
            yield Class(row["key"], decode(values["e"]), bool(values["loose"]), answers, row["n"], places)

    def events(
        self,
        part: Slice,
        logsource: LogSource,
        probes: Sequence[Probe],
        loose: Sequence[str],
        wanted: Sequence[Class],
        agencies: Agencies = None,
        most: int = MAX_LOADED,
    ) -> Iterator[list[StoredEvent]]:
        """The events of some classes, at most about `most` at once."""
        places = [place for one in wanted for place in one.places]
        for start in range(0, len(places), 500):
            parameters = Parameters()
            times = ", ".join([moment(time_us, parameters) for time_us, _id in places[start : start + 500]])
            ids = ", ".join([f"unhex({parameters.text(one)})" for _time, one in places[start : start + 500]])
            where = f"{_within(part, agencies, parameters)} AND time IN ({times}) AND id IN ({ids})"
            rows = self._rows(f"SELECT {EVENT_COLUMNS} FROM {EVENTS} WHERE {where}", parameters)
            yield [stored_event(row) for row in rows]
        many = [one for one in wanted if not one.places]
        turns = -(-sum(one.events for one in many) // most)
        for turn in range(turns):
            parameters = Parameters()
            columns = self._columns(probes, loose, parameters)
            keys = parameters.numbers([one.key for one in many])
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
                f"SELECT quantiles({levels})(toUnixTimestamp64Micro(time)) AS bounds FROM {EVENTS} WHERE {where} "
                f"AND received >= {moment(start, parameters)} AND received < {moment(start + DAY_US, parameters)}",
                parameters,
            )
            inner = sorted({int(bound) for bound in row["bounds"]})
            bounds = [bounds[0], *[b for b in inner if bounds[0] < b < bounds[1]], bounds[1]]
        for low, high in pairwise(bounds):
            yield Slice(start, start + DAY_US, low, high, -(-day["n"] // (len(bounds) - 1)))

    def _columns(self, probes: Sequence[Probe], loose: Sequence[str], parameters: Parameters) -> "_Columns":
        parts = [f"{parameters.log_field(self._event_id)} AS e"]
        names = ["e", "loose"]
        others = [_value(field, parameters) for field in loose]
        for number, probe in enumerate(probes):
            value = f"v{number}"
            parts.append(f"{_value(probe.field, parameters)} AS {value}")
            if probe.patterns:
                parts.append(f"{_meanings(value, probe, parameters)} AS h{number}")
                names.append(f"h{number}")
            kinds = {check.kind for check in probe.checks}
            if kinds & _SIGNS.keys():
                # 1: a plain number, 2: perhaps one, 0: none. Worked out once, for all checks of the field.
                parts.append(
                    f"multiIf(match({value}, '^-?[0-9]{{1,15}}$'), 1, match({value}, '^[-+.0-9]'), 2, 0) AS k{number}"
                )
                parts.append(f"toFloat64(toInt64OrZero({value})) AS n{number}")
            if "cidr" in kinds:
                parts += _address(number)
            if probe.checks:
                checks = [f"toUInt8({_check(number, check, parameters)})" for check in probe.checks]
                parts.append(f"[{', '.join(checks)}] AS c{number}")
                names.append(f"c{number}")
            parts.append(
                f"toUInt8({value} = '') + 2 * toUInt8({_odd(value, bool(probe.field))}) + "
                f"4 * toUInt8(length({value}) != lengthUTF8({value})) + 8 * toUInt8(position({value}, '\\n') > 0) AS g{number}"
            )
            names.append(f"g{number}")
        every = [f"v{number}" for number in range(len(probes))] + others
        marks = [_odd(value, True) for value in others]
        # What is no text is seen at once for all values of an event.
        marks.append(f"NOT isValidUTF8(concatWithSeparator(' ', {', '.join(every)}))" if every else "false")
        parts.append(f"toUInt8({' OR '.join(marks)}) AS loose")
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


def _address(number: int) -> list[str]:
    """4 or 6: an address, 9: perhaps one, 0: none; and the address as both."""
    value = f"v{number}"
    return [
        f"multiIf(match({value}, '{_NO_ADDRESS}'), 0, match({value}, '{_IPV4}'), 4, "
        f"isIPv6String({value}) AND NOT match({value}, '(?i)[.%]|:ffff:'), 6, 9) AS a{number}",
        f"if(a{number} = 4, toIPv4OrDefault({value}), toIPv4('0.0.0.0')) AS f{number}",
        f"if(a{number} = 6, toIPv6OrDefault({value}), toIPv6('::')) AS s{number}",
    ]


def _check(number: int, check: Check, parameters: Parameters) -> str:
    """0: no, 1: yes, 2: perhaps, as `model/probe.py` has them."""
    if check.kind in _SIGNS:
        limits = [parameters.number(one) for one in check.numbers]
        test = f"{_SIGNS[check.kind]} {limits[0]}" if len(limits) == 1 else f"IN ({', '.join(limits)})"
        return f"if(k{number} = 1, n{number} {test}, k{number})"
    if check.kind == "cidr":
        return _in_networks(number, check.texts, parameters)
    value, other = f"v{number}", parameters.log_field(check.texts[0])
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


def _in_networks(number: int, texts: Sequence[str], parameters: Parameters) -> str:
    networks = [ipaddress.ip_network(text) for text in texts]
    inside = {
        version: " OR ".join(
            [
                f"({column}{number} BETWEEN toIPv{version}({parameters.text(str(network.network_address))}) "
                f"AND toIPv{version}({parameters.text(str(network.broadcast_address))}))"
                for network in networks
                if network.version == version
            ]
        )
        for version, column in ((4, "f"), (6, "s"))
    }
    return (
        f"multiIf(a{number} = 0, 0, a{number} = 4, {inside[4] or '0'}, a{number} = 6, {inside[6] or '0'}, 2)"
    )


def _odd(value: str, whole: bool) -> str:
    """Whether a value is odd (`model/probe.py`); whole: it is one field's, not the text of an event."""
    folding = f"(length({value}) != lengthUTF8({value}) AND match({value}, '[{FOLDING}]'))"
    number = f" OR (position({value}, '.0') > 0 AND match({value}, '(?m)^-?[0-9]+\\\\.0$'))" if whole else ""
    return f"({folding} OR position({value}, '\\x0b') > 0{number})"


def _answer(values: Row, number: int) -> Answer:
    flags = values[f"g{number}"]
    return Answer(
        tuple(values.get(f"h{number}", ())),
        tuple(values.get(f"c{number}", ())),
        bool(flags & 1),
        bool(flags & 2),
        bool(flags & 4),
        bool(flags & 8),
    )


def _logsource(row: Row) -> LogSource:
    categories = tuple([decode(one) for one in row["categories"]])
    return LogSource(decode(row["product"]), decode(row["service"]), categories)
