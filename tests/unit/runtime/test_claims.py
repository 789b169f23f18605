"""Sharing out partitions by PostgreSQL's advisory locks."""

import time
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError
from tests.servers.postgresql import PostgresServer

from keng.runtime.claims import Claims
from keng.state.database import State, open_state


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    one = PostgresServer(durable=False)
    yield one
    one.close()


@pytest.fixture
def state(server: PostgresServer) -> Iterator[State]:
    one = open_state(server.fresh())
    yield one
    one.close()


def test_workers_share_evenly_and_take_over_what_a_dead_one_held(state: State) -> None:
    first = Claims(state.engine)
    assert first.balance(17) == (set(range(17)), set())
    second = Claims(state.engine)
    assert second.balance(17) == (set(), set())
    taken, surplus = first.balance(17)
    assert taken == set()
    assert len(surplus) == 8
    for place in surplus:
        first.give_back(place)
    assert second.balance(17) == (surplus, set())
    assert first.balance(17) == (set(), set())
    first.close()
    until = time.monotonic() + 10
    while second.held != set(range(17)):  # the server lets the locks go when it sees the connection's end
        assert time.monotonic() < until
        second.balance(17)
    second.close()


def test_a_lost_connection_is_noticed(server: PostgresServer, state: State) -> None:
    claims = Claims(state.engine)
    claims.balance(3)
    claims.still_there()
    server.stop("immediate")
    with pytest.raises(OperationalError):
        claims.still_there()
    server.start()
    claims.close()
    assert claims.held == set()
    again = Claims(state.engine)
    assert again.balance(3)[0] == {0, 1, 2}
    again.close()
