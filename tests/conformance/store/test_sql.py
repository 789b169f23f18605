"""SQL of experts: useful statements answer, hostile ones are refused, and nobody sees another agency's events."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conformance.store.conftest import IMPLEMENTATIONS
from tests.conformance.store.events import EVENTS, T0, event
from tests.conformance.store.hostile_sql import HARMLESS, REFUSED

from keng.model.rejected import Rejected
from keng.store.base import EventStore, Table
from keng.store.errors import SearchTooHeavyError, StatementError, StoreError
from keng.store.limits import Limits
from keng.store.sql import MAX_ROWS, SqlQuery, parse_sql

OWN = frozenset(("bvdk",))
SECRET = "SECRET-OF-SGD"


@pytest.fixture(scope="module", params=sorted(IMPLEMENTATIONS))
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EventStore]:
    """Events of three agencies; every one that is not bvdk's carries the secret in its fields, host and raw text."""
    store = IMPLEMENTATIONS[request.param](Path(tmp_path_factory.mktemp("sql")) / "events", Limits(seconds=5))
    marked = [
        event(
            n,
            {"User": SECRET, "Image": SECRET, "x": SECRET},
            agency=agency,
            host=SECRET,
            raw=SECRET,
            source=SECRET,
        )
        for n, agency in ((101, "sgd"), (102, "ubnd"), (103, "sgd"))
    ]
    store.insert([*(one for one in EVENTS if one.agency == "bvdk"), *marked])
    yield store
    store.close()


def run(store: EventStore, text: str, agencies: frozenset[str] | None = None) -> Table:
    query = parse_sql(text)
    assert isinstance(query, SqlQuery), (text, query)
    return store.sql(query, agencies)


def test_there_are_enough_hostile_statements() -> None:
    assert len(set(REFUSED)) + len(set(HARMLESS)) >= 180


@pytest.mark.parametrize("text", REFUSED)
def test_a_hostile_statement_is_refused_before_it_is_run(text: str) -> None:
    refused = parse_sql(text)
    assert isinstance(refused, Rejected), refused
    assert refused.reason


@pytest.mark.parametrize("text", HARMLESS)
def test_a_clever_statement_sees_its_own_agency_only(store: EventStore, text: str) -> None:
    try:
        table = run(store, text, OWN)
    except StatementError as error:
        assert "sgd" not in str(error) and SECRET not in str(error)
        return
    told = str(table.rows)
    assert SECRET not in told and "ubnd" not in told
    assert not re.search(r"\bsgd\b", told) or "'sgd'" in text, table


def test_without_a_bound_the_centre_sees_all(store: EventStore) -> None:
    rows = run(store, "SELECT agency, count() AS n FROM events GROUP BY agency ORDER BY agency").rows
    assert rows == (("bvdk", 3), ("sgd", 2), ("ubnd", 1))
    assert run(store, "SELECT count() FROM events", frozenset()).rows == ((0,),)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT user, fields['EventID'] AS code FROM events WHERE process ILIKE '%mimikatz%'", (("BENHVIEN\\admin", "1"),)),
        ("SELECT count() AS n, uniq(host) FROM events WHERE time < toDateTime64('2026-09-21 14:13:23', 6)", ((2, 2),)),
        ("SELECT toStartOfHour(time) AS h, count() FROM events GROUP BY h", (("2026-09-21T14:00:00Z", 3),)),
        ("SELECT toStartOfInterval(time, INTERVAL 5 MINUTE) AS h FROM events GROUP BY h", (("2026-09-21T14:10:00Z",),)),
        ("SELECT arrayStringConcat(categories, ',') AS c FROM events WHERE code = '1' LIMIT 1", (("process_creation",),)),
        ("SELECT extract(command_line, 'whoami /(\\\\w+)') AS x FROM events WHERE x != ''", (("all",),)),
        ("SELECT quantile(0.5)(src_port) AS q, topK(1)(host) AS t FROM events WHERE src_port > 0", ((50123, '["bvdk-dc01"]'),)),
        ("SELECT lower(host) AS h, count() FROM events GROUP BY h HAVING count() > 1", (("bvdk-dc01", 2),)),
        ("SELECT CASE WHEN parsed THEN 'yes' ELSE 'no' END AS p, 1.5, NULL, true FROM events LIMIT 1", (("yes", 1.5, None, True),)),
        ("SELECT id, offset FROM events WHERE id = '00000000000000000000000000000002'", (("0" * 31 + "2", 2),)),
        ("SELECT src_ip FROM events WHERE toIPv4OrDefault(src_ip) BETWEEN toIPv4('10.0.0.0') AND toIPv4('10.255.255.255')", (("10.1.2.3",),)),
        ("SELECT u FROM (SELECT user AS u, count() AS n FROM events GROUP BY u) AS t WHERE n > 0 AND u LIKE '%an%'", (("BENHVIEN\\an.nv",),)),
    ],
)  # fmt: skip
def test_what_experts_ask_is_answered(
    store: EventStore, text: str, rows: tuple[tuple[object, ...], ...]
) -> None:
    assert run(store, text, OWN).rows == rows


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("raw LIKE '%ET-OF%'", 3),
        ("raw ILIKE '%secret_of-SGD'", 3),
        ("NOT raw LIKE '%SECRET%'", 3),
        ("raw LIKE '%secret%'", 0),
        ("raw LIKE '%100\\\\%%' OR raw ILIKE '%of-%'", 3),
        ("raw NOT ILIKE '%nothing%'", 6),
    ],
)
def test_the_raw_text_is_looked_into(store: EventStore, condition: str, count: int) -> None:
    assert run(store, f"SELECT count() FROM events WHERE {condition}").rows == ((count,),)


def test_all_columns_of_the_view_come_with_names(store: EventStore) -> None:
    table = run(store, "SELECT * FROM events ORDER BY time LIMIT 1", OWN)
    assert {"time", "id", "agency", "user", "fields", "raw"} <= set(table.columns)
    assert table.cut and len(table.rows) == 1


def test_times_of_the_page_bound_what_the_statement_sees(store: EventStore) -> None:
    query = parse_sql("SELECT count() FROM events")
    assert isinstance(query, SqlQuery)
    assert store.sql(query, OWN, T0 + 1_000_000, T0 + 3_000_000).rows == ((2,),)


def test_limits_hold_whatever_is_asked(store: EventStore) -> None:
    query = parse_sql("SELECT host FROM events LIMIT 99999999")
    assert isinstance(query, SqlQuery) and query.limit == MAX_ROWS
    nested = "sipHash64(" * 30 + "raw" + ")" * 30
    assert isinstance(parse_sql(f"SELECT {nested} FROM events"), SqlQuery)


def test_a_statement_that_cannot_be_run_is_told_in_words(store: EventStore) -> None:
    with pytest.raises(StatementError) as told:
        run(store, "SELECT toUInt32(user) FROM events", OWN)
    assert "Cannot parse" in str(told.value) and "agency" not in str(told.value)
    with pytest.raises(StatementError):
        run(store, "SELECT host + parsed FROM events", OWN)
    assert run(store, "SELECT count() FROM events", OWN).rows == ((3,),)


LITERALS = st.text(max_size=12) | st.sampled_from(
    ("'", "\\", "') OR 1=1 --", "\\'", "sgd", SECRET, "{p0:String}", "/*", "\x00")
)


@given(
    st.lists(
        st.sampled_from(("agency", "host", "user", "source", "raw", "fields['x']", "id", "code")),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from(("agency", "host", "user", "raw", "fields['x']")),
    st.sampled_from(("=", "!=", "LIKE", "ILIKE", "<", ">=")),
    LITERALS,
    st.sampled_from(("", "NOT ", "1 = 1 OR ", "agency = 'sgd' OR ")),
    st.sampled_from(("", " ORDER BY time", " GROUP BY {columns}", " LIMIT 5")),
)
@settings(max_examples=60, deadline=None)
def test_no_statement_ever_shows_another_agencys_events(
    store: EventStore, columns: list[str], column: str, operator: str, value: str, prefix: str, rest: str
) -> None:
    literal = "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    shown = ", ".join(columns)
    text = (
        f"SELECT {shown} FROM events WHERE {prefix}{column} {operator} {literal}{rest.format(columns=shown)}"
    )
    query = parse_sql(text)
    if isinstance(query, Rejected):
        return
    assert SECRET not in "".join(query.pieces)
    try:
        table = store.sql(query, OWN)
    except (StatementError, SearchTooHeavyError):
        return
    assert SECRET not in str(table.rows)
    assert store.sql(query, frozenset()).rows == ()


@given(st.text(max_size=200) | st.lists(st.sampled_from(("SELECT", "FROM", "events", "(", ")", "'", ",", "*", "host", "WHERE", "IN", "file", "system", ".", "AS", "--", "{", "}", "LIMIT", "1", "UNION", "WITH")), max_size=25).map(" ".join))  # fmt: skip
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    assert isinstance(parse_sql(text), SqlQuery | Rejected)


def test_an_error_of_the_store_is_a_store_error() -> None:
    assert issubclass(StatementError, StoreError)
