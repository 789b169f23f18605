"""What every event store promises about keeping, finding and isolating events."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conformance.store.conftest import IMPLEMENTATIONS
from tests.conformance.store.events import EVENTS, SECOND, T0, event, number
from tests.kept import hot_columns

from keng.model.rejected import Rejected
from keng.store.base import EventStore
from keng.store.errors import StoreError
from keng.store.limits import Limits
from keng.store.query import EVERYTHING, And, Expression, Field, Not, Operator, Or, SearchQuery, Word
from keng.store.search import parse_search, pivot

NOW = T0 + 100 * SECOND
ALL = None


def parsed(text: str) -> SearchQuery:
    query = parse_search(text, NOW)
    assert isinstance(query, SearchQuery), query
    return query


def found(store: EventStore, text: str, agencies: frozenset[str] | None = ALL) -> list[int]:
    return [number(one.id) for one in store.search(parsed(text), agencies).events]


SEARCHES: dict[str, list[int]] = {
    "": [7, 6, 5, 4, 3, 2, 1],
    "*": [7, 6, 5, 4, 3, 2, 1],
    "mimikatz": [2, 1],
    "MimiKatz": [2, 1],
    "mimi": [],
    "mimi*": [2, 1],
    "*logonpass*": [2],
    "mimikatz.exe": [2, 1],
    "mimikatz sekurlsa": [2],
    "mimikatz AND NOT sekurlsa": [1],
    "mimikatz not sekurlsa": [1],
    "whoami OR sekurlsa": [2, 1],
    "(whoami or sekurlsa) user:admin": [2],
    "whoami OR sekurlsa user:nobody": [1],
    '"whoami /all"': [1],
    '"whoami  /all"': [],
    '"100%_done"': [2],
    '"100__done"': [],
    "100?_done": [2],
    '"nguyễn văn an"': [6],
    "ĐĂNG": [6],
    "198.51.100.9": [6],
    "user:admin": [3, 2],
    "user:ADMIN": [3, 2],
    "USER:benhvien\\admin": [2],
    "user!=admin": [7, 6, 5, 4, 1],
    "user:adm*": [3, 2],
    "user:*": [3, 2, 1],
    'user:""': [7, 6, 5, 4],
    "user:admin AND NOT host:bvdk-dc01": [],
    "host:bvdk-dc01": [3, 2],
    "host:sgd-sensor": [5, 4],
    "host:sgd-sensor.tinh.vn": [5, 4],
    "host:sgd": [],
    "process:cmd.exe": [1],
    "image:*\\cmd.exe": [1],
    "image:*\\\\cmd.exe": [1],
    "image:C:\\Windows\\System32\\cmd.exe": [1],
    "parent:winword.exe": [1],
    'parent:"C:\\Program Files\\Microsoft Office\\WINWORD.EXE"': [1],
    "command:*mimikatz*": [1],
    'command:"*mimikatz*"': [],
    "category:process_creation": [2, 1],
    "category:process*": [2, 1],
    "service:sysmon": [2, 1],
    "product:zeek": [5, 4],
    "agency:sgd": [6, 5, 4],
    "source:sgd-zeek": [5, 4],
    "class:4001": [5, 4],
    "status_id:2": [3],
    "eventid:4625": [3],
    "port:443": [4],
    "port:*443": [5, 4],
    "port>=1024": [5],
    "port<1024": [4],
    "sport>50000": [4, 3],
    "sport:*": [4, 3],
    "src:10.1.0.0/16": [4, 3],
    "src:10.1.2.3": [3],
    "src:2001:db8::/32": [5],
    "ip:203.0.113.7": [5, 4],
    "ip:10.1.2.4": [4],
    "NOT ip:10.0.0.0/8 port:*": [5],
    "parsed:false": [6],
    "id:" + EVENTS[2].id: [3],
    "LogonType:3": [3],
    "logontype>=3": [3],
    "LogonType>3": [],
    "TargetUserName:adm?n": [3],
    "targetusername:*": [3],
    "answers:b.vn": [5],
    "answers:a*": [5],
    "id.resp_h:203.0.113.0/24": [5, 4],
    '"odd name":"say ""hi"" (now)"': [7],
    '"odd name":say*': [7],
    "flag:true": [7],
    "size:1.5": [7],
    "size>1.4": [7],
    "nosuchfield:x": [],
    "NOT nosuchfield:x": [7, 6, 5, 4, 3, 2, 1],
    "last 96s": [7, 6, 5, 4],
    "from:2026-09-21T14:13:23Z to:2026-09-21T14:13:25Z": [4, 3],
    "user: admin": [3, 2],
    "user.name:admin AND event.code:4625": [3],
    "winlog.event_data.LogonType:3": [3],
    "destination.port:443": [4],
    "user IN (admin, nobody)": [3, 2],
    "port : 443 || sport > 50000": [4, 3],
    "_exists_:user && !host:bvdk-dc01": [1],
    "port:{443 TO 9000}": [5],
    "sport:[50000 TO 60000]": [4, 3],
    "last 96 seconds": [7, 6, 5, 4],
    "'; DROP TABLE events; --": [],
    "{p0:String}": [],
    "user:%": [],
    "user:_____": [],
    "\\": [2, 1],
}


def test_each_search_finds_what_it_says(store: EventStore) -> None:
    wrong = {text: got for text, wanted in SEARCHES.items() if (got := found(store, text)) != wanted}
    assert wrong == {}


def test_an_event_comes_back_as_it_was(empty: EventStore) -> None:
    fields = {
        "Text": "dòng 1\ndòng 2",
        "Number": 7,
        "Float": 1.5,
        "Yes": True,
        "Null": None,
        "List": ["a", 2],
    }
    one = event(9, fields, EVENTS[0].logsource, raw='{"x": 1}', host="máy-1", parsed=False, format="evtx")
    empty.insert([one])
    back = empty.get(one.id, ALL)
    assert back is not None
    assert back.fields == {
        "Text": "dòng 1\ndòng 2",
        "Number": "7",
        "Float": "1.5",
        "Yes": "true",
        "Null": "",
        "List": "a\n2",
    }
    assert (back.id, back.time_us, back.received_us) == (one.id, one.time_us, one.received_us)
    assert (back.agency, back.source, back.host, back.format) == ("bvdk", "bvdk-win", "máy-1", "evtx")
    assert (back.product, back.service, back.categories) == ("windows", "sysmon", ("process_creation",))
    assert (back.raw, back.parsed, back.offset) == ('{"x": 1}', False, 9)
    assert back.hot == hot_columns(one)


def test_hostile_values_neither_break_a_batch_nor_the_answer(empty: EventStore) -> None:
    values = {
        "nul": "a\0b",
        "surrogate": "x\udcff\udcfe",
        "lone": "y\ud800z",
        "quote": "';--\"\\",
        "controls": "\x1b[31m\r\n\t",
        "bidi": "\u202egnp.exe",
        "huge": "x" * 1_000_000,
        "": "empty name",
        "a\0\udc80": "odd name",
    }
    one = event(1, values, raw="\0\udcff" + "z" * 1_000_000, host="\udcfe", agency="a'b")
    late = event(2, {}, time_us=-(10**18), received_us=10**18)
    far = event(3, {}, time_us=10**30)
    empty.insert([one, late, far, event(4, {})])
    back = empty.get(one.id, frozenset({"a'b"}))
    assert back is not None
    assert back.fields["nul"] == "a\0b"
    assert back.fields["surrogate"] == "x\\xff\\xfe"
    assert back.fields["lone"] == "y\\ud800z"
    for name in ("quote", "controls", "bidi", "huge", ""):
        assert back.fields[name] == values[name]
    assert back.raw == "\0\\xff" + "z" * 1_000_000
    assert len(empty.search(EVERYTHING, ALL).events) == 4
    assert empty.get(late.id, ALL).time_us == 0  # type: ignore[union-attr]


def test_a_wrong_id_refuses_the_batch_whole(empty: EventStore) -> None:
    with pytest.raises(StoreError, match="32 hex"):
        empty.insert([event(1, {}), event(2, {}, id="short")])
    assert empty.search(EVERYTHING, ALL).events == ()


def test_pages_follow_each_other_without_gap_or_double_also_within_one_microsecond(empty: EventStore) -> None:
    events = [event(n, {}, time_us=T0 + n // 10) for n in range(95)]
    empty.insert(events[50:])
    empty.insert(events[:50])
    seen: list[int] = []
    cursor = ""
    while True:
        page = empty.search(EVERYTHING, ALL, cursor, limit=7)
        seen += [number(one.id) for one in page.events]
        cursor = page.next
        if not cursor:
            break
    assert seen == sorted(range(95), key=lambda n: (n // 10, n), reverse=True)


def test_a_cursor_of_somebody_else_counts_as_none(store: EventStore) -> None:
    assert len(store.search(EVERYTHING, ALL, cursor="1' OR '1'='1").events) == 7


def test_an_agency_sees_only_its_own(store: EventStore) -> None:
    own = frozenset({"sgd"})
    assert found(store, "", own) == [6, 5, 4]
    assert found(store, "agency:bvdk", own) == []
    assert found(store, "NOT agency:sgd", own) == []
    assert found(store, "", frozenset()) == []
    assert store.get(EVENTS[0].id, own) is None
    assert store.count(EVERYTHING, own) == 3
    assert store.count_since(0, own) == 3
    assert [one.value for one in store.top_values(EVERYTHING, "agency", own)] == ["sgd"]
    assert sum(bucket.count for bucket in store.histogram(EVERYTHING, own)) == 3
    assert store.host_activity("bvdk-dc01", T0, 100 * SECOND, own) == ()


HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "'",
            "\\'",
            "\\",
            "') OR 1=1 --",
            "x' OR agency != 'sgd",
            "{p0:String}",
            "%",
            "*",
            "?",
            "\0",
            "\t",
            "\n",
        ]
    ),
    st.text(alphabet="'\"\\()*?%_{}:=<>!-/ \t\n\0agencyORNT,", max_size=30),
)
TERMS = st.one_of(
    st.builds(Word, HOSTILE, st.booleans()),
    st.builds(Field, HOSTILE, st.just(Operator.EQUAL), HOSTILE, st.booleans()),
    st.builds(
        Field,
        st.sampled_from(["agency", "user", "host", "port", "categories", "ip", "x"]),
        st.just(Operator.EQUAL),
        HOSTILE,
        st.booleans(),
    ),
)
EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
OFTEN = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


@given(expression=EXPRESSIONS)
@OFTEN
def test_no_search_escapes_its_agency(store_once: EventStore, expression: Expression) -> None:
    query = SearchQuery("", expression)
    own = frozenset({"sgd"})
    everywhere = store_once.search(query, ALL).events
    here = store_once.search(query, own).events
    assert [one.id for one in here] == [one.id for one in everywhere if one.agency == "sgd"]
    assert store_once.count(query, own) == len(here)


@given(text=HOSTILE, field=HOSTILE)
@OFTEN
def test_any_text_is_a_search_or_a_refusal(store_once: EventStore, text: str, field: str) -> None:
    own = frozenset({"sgd"})
    query = parse_search(text, NOW)
    if isinstance(query, Rejected):
        assert query.reason and query.position
        return
    assert {one.agency for one in store_once.search(query, own).events} <= own
    store_once.top_values(query, field, own)


@given(value=HOSTILE.filter(str.strip))
@OFTEN
def test_a_pivot_finds_the_event_it_came_from(store_once: EventStore, value: str) -> None:
    one = event(1000, {"Pivot": value, "it's odd: x": value}, agency="pivot", id=os.urandom(16).hex())
    store_once.insert([one])
    for name in ("Pivot", "it's odd: x"):
        query = parse_search(pivot(name, value), NOW)
        assert isinstance(query, SearchQuery), (query, pivot(name, value))
        assert one.id in {found.id for found in store_once.search(query, frozenset({"pivot"})).events}


@pytest.fixture(scope="module", params=sorted(IMPLEMENTATIONS))
def store_once(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EventStore]:
    store = IMPLEMENTATIONS[request.param](tmp_path_factory.mktemp("once") / "events", Limits())
    store.insert(EVENTS)
    yield store
    store.close()


def test_an_export_has_what_the_pages_have_and_keeps_to_the_agencies(store: EventStore) -> None:
    for agencies in (ALL, frozenset({"bv"}), frozenset[str]()):
        for text in ("", "mimikatz", "user:admin OR 198.51.100.9"):
            exported = [one for piece in store.export(parsed(text), agencies, 1_000) for one in piece]
            assert exported == list(store.search(parsed(text), agencies).events)
    assert [one for piece in store.export(EVERYTHING, ALL, 2) for one in piece] == list(
        store.search(EVERYTHING, ALL, limit=2).events
    )
