import socket
from collections.abc import Callable, Iterator

import pytest

from keng.collect import stream_server as module
from keng.collect.ports import Sender
from keng.collect.split import split
from keng.collect.stream_server import Peer, StreamServer
from keng.model.batch import Batch
from keng.runtime.http_server import bind

from .conftest import Loop, MemoryDoor
from .senders import wait


class Echo:
    """Each read is a record; `reason` ends the connection."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.reason = ""

    def feed(self, data: bytes) -> list[Batch]:
        return split(Sender("s", "a"), "echo", self.peer.name, 1, [data])

    def patience(self) -> float | None:
        return None

    def rest(self) -> list[Batch]:
        return []

    def end(self) -> list[Batch]:
        return split(Sender("s", "a"), "echo", self.peer.name, 1, [b"end"])

    def over(self) -> str:
        return self.reason


@pytest.fixture
def met() -> list[Echo]:
    return []


@pytest.fixture
def port(door: MemoryDoor, loop: Loop, met: list[Echo]) -> Iterator[int]:
    def greet(peer: Peer) -> Echo:
        met.append(Echo(peer))
        return met[-1]

    sock = bind("127.0.0.1", 0, "")
    server = StreamServer(door, "echo", greet)
    loop.run(server.start(sock))
    yield sock.getsockname()[1]
    loop.run(server.stop())


def test_what_is_left_is_kept_when_the_sender_closes(port: int, door: MemoryDoor) -> None:
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(b"one")
        wait(lambda: len(door.records) == 1)
    wait(lambda: door.records == [b"one", b"end"])


def test_a_connection_that_may_no_longer_be_open_is_closed_while_it_is_silent(
    port: int, door: MemoryDoor, met: list[Echo]
) -> None:
    with socket.create_connection(("127.0.0.1", port), 5) as sock:
        sock.sendall(b"one")
        wait(lambda: len(door.records) == 1)
        met[0].reason = "withdrawn"
        with pytest.raises(ConnectionError):
            if sock.recv(1) == b"":
                raise ConnectionError
    assert door.records == [b"one"]


def test_connections_beyond_the_bound_are_refused_and_taken_again_later(
    port: int, door: MemoryDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_CONNECTIONS", 2)
    some = [socket.create_connection(("127.0.0.1", port), 5) for _n in range(2)]
    for sock in some:
        sock.sendall(b"x")
    wait(lambda: len(door.records) == 2)
    with socket.create_connection(("127.0.0.1", port), 5) as third, pytest.raises(ConnectionError):
        if third.recv(1) == b"":
            raise ConnectionError
    for sock in some:
        sock.close()
    wait(lambda: door.records.count(b"end") == 2)

    def taken() -> bool:
        with socket.create_connection(("127.0.0.1", port), 5) as sock:
            sock.sendall(b"again")
        return b"again" in door.records

    wait(taken)


def test_a_peer_names_itself(port: int, met: list[Echo], door: MemoryDoor) -> None:
    name: Callable[[], str] = lambda: met[0].peer.name  # noqa: E731
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(b"x")
        wait(lambda: len(door.records) == 1)
        assert name() == f"127.0.0.1:{sock.getsockname()[1]}"
