"""The state store on PostgreSQL: several processes, crashes, texts that it cannot hold."""

import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url, text
from tests.servers.postgresql import PostgresServer

from keng.i18n import using
from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event, LogSource
from keng.model.severity import Severity
from keng.model.user import Actor
from keng.state import audit, cursors
from keng.state.alerts import AlertFilter, alerts, record_detections
from keng.state.database import State, StateError, open_state
from keng.state.numbering import next_number

NOW = 1_790_000_000_000_000
LAN = Actor("lan")


@pytest.fixture
def stores(postgres: PostgresServer) -> Iterator[list[State]]:
    """Three stores on one database, as three processes have them."""
    url = postgres.emptied()
    opened = [open_state(url) for _n in range(3)]
    yield opened
    for state in opened:
        state.close()


def together(work: list[threading.Thread]) -> None:
    for thread in work:
        thread.start()
    for thread in work:
        thread.join(60)


def test_the_audit_chain_holds_with_several_writers(stores: list[State]) -> None:
    def write(state: State, n: int) -> None:
        for i in range(15):
            with state.write() as conn:
                audit.record(conn, NOW, LAN, "test.write", f"row:{n}.{i}")

    together([threading.Thread(target=write, args=(stores[n % 3], n)) for n in range(6)])
    with stores[0].read() as conn:
        assert audit.verify(conn) is None
        assert audit.checkpoint(conn).seq == 90


def test_no_number_is_given_out_twice_to_several_writers(stores: list[State]) -> None:
    given: list[str] = []

    def take(state: State) -> None:
        for _n in range(15):
            with state.write() as conn:
                given.append(next_number(conn, "SC", NOW))

    together([threading.Thread(target=take, args=(stores[n % 3],)) for n in range(6)])
    assert sorted(given) == [f"SC-2026-{n:04}" for n in range(1, 91)]


def test_workers_that_find_the_same_grow_one_alert_and_count_each_event_once(stores: list[State]) -> None:
    rule = RuleInfo("r1", "Evil", Severity.HIGH)

    def find(state: State, n: int) -> None:
        for i in range(10):
            own = Event({}, LogSource(), NOW + i, "PC-1", id=f"{n}.{i}", agency="bv", source=f"s{n}")
            both = Event({}, LogSource(), NOW + i, "PC-1", id=f"both.{i}", agency="bv", source="s")
            with state.write() as conn:
                record_detections(conn, [Detection(rule, own, {}), Detection(rule, both, {})], NOW)

    together([threading.Thread(target=find, args=(stores[n], n)) for n in range(3)])
    with stores[0].read() as conn:
        (only,) = alerts(conn, AlertFilter(), None)
    assert only.count == 40


def test_processes_that_open_an_empty_database_together_migrate_it_once(postgres: PostgresServer) -> None:
    url = postgres.fresh()
    opened: list[State] = []
    together([threading.Thread(target=lambda: opened.append(open_state(url))) for _n in range(4)])
    assert len(opened) == 4
    for state in opened:
        with state.read() as conn:
            assert cursors.get(conn, "x").offset == 0
        state.close()


def test_nul_in_a_text_is_replaced_and_the_audit_chain_still_holds(stores: list[State]) -> None:
    state = stores[0]
    rule = RuleInfo("r\0", "Ti\0tle", Severity.HIGH, texts={"vi": {"title": "a\0b"}})
    event = Event({}, LogSource(), NOW, "PC\0", id="e\0", agency="bv", source="s")
    with state.write() as conn:
        audit.record(conn, NOW, Actor("a\0"), "test.nul", "alert:\0", {"why": "x\0y"})
        record_detections(conn, [Detection(rule, event, {"A\0": "b\0"})], NOW)
    with state.read() as conn:
        assert audit.verify(conn) is None
        (found,) = alerts(conn, AlertFilter(text="ti\ufffdtle"), None)
        assert found.rule.texts["vi"]["title"] == "a\ufffdb"


def test_a_commit_that_returned_survives_a_crash_of_the_server_and_connections_come_back() -> None:
    server = PostgresServer()
    try:
        state = open_state(server.fresh())
        with state.read() as conn:
            assert conn.execute(text("SHOW synchronous_commit")).scalar() == "on"
            assert conn.execute(text("SHOW transaction_isolation")).scalar() == "repeatable read"
        for n in range(1, 30):
            with state.write() as conn:
                cursors.put(conn, "c", n)
        server.stop("immediate")
        with pytest.raises(Exception, match="connection"), state.write() as conn:
            cursors.put(conn, "c", 99)
        server.start()
        with state.read() as conn:
            assert cursors.get(conn, "c").offset == 29
        state.close()
    finally:
        server.close()


def test_a_writer_that_dies_lets_the_next_one_in(stores: list[State]) -> None:
    with stores[0].engine.connect() as conn:
        pid = conn.execute(text("SELECT pg_backend_pid()")).scalar()
    broken = threading.Event()

    def hang() -> None:
        with pytest.raises(Exception, match="terminat"), stores[0].write() as conn:
            nonlocal pid
            pid = conn.execute(text("SELECT pg_backend_pid()")).scalar()
            broken.set()
            time.sleep(1)
            cursors.put(conn, "c", 1)

    thread = threading.Thread(target=hang)
    thread.start()
    assert broken.wait(10)
    with stores[1].engine.connect() as conn:
        conn.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    started = time.monotonic()
    with stores[2].write() as conn:
        cursors.put(conn, "c", 2)
    assert time.monotonic() - started < 5
    thread.join()


def test_a_database_that_cannot_be_reached_is_named_without_its_password() -> None:
    with pytest.raises(StateError, match="cannot be used") as caught:
        open_state("postgresql://keng:s3cret@127.0.0.1:1/keng")
    assert "s3cret" not in str(caught.value)


def test_an_account_without_rights_is_told_what_it_needs(postgres: PostgresServer) -> None:
    url = postgres.fresh()
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.connect() as conn:
        conn.execute(text("REVOKE CREATE ON SCHEMA public FROM public"))
        conn.execute(text("CREATE ROLE powerless LOGIN"))
        conn.commit()
    engine.dispose()
    with (
        using("en"),
        pytest.raises(StateError, match=r"permission denied for schema public.*OWNER TO") as caught,
    ):
        open_state(str(make_url(url).set(username="powerless")))
    assert "sqlalche.me" not in str(caught.value) and "\n" not in str(caught.value)
