import json
import os
import random
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from keng.collect.lines_tcp import LinesTcp
from keng.collect.ports import Refusal, Sender
from keng.runtime.http_server import bind

from .conftest import TOKEN, Loop, MemoryDoor
from .fuzz import blocks, bodies
from .senders import wait

ZEEK = [
    json.dumps({"_path": "dns", "ts": 1.5, "uid": "C1", "id.orig_h": "10.0.0.7", "query": f"{n}.vn"}).encode()
    for n in range(500)
]


@pytest.fixture
def port(door: MemoryDoor, loop: Loop) -> Iterator[int]:
    sock = bind("127.0.0.1", 0, "lines_port")
    server = LinesTcp(door)
    loop.run(server.start(sock))
    yield sock.getsockname()[1]
    loop.run(server.stop())


def send(port: int, data: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(data)


def test_a_token_in_the_first_line_tells_the_source_and_is_not_kept(port: int, door: MemoryDoor) -> None:
    send(port, TOKEN.encode() + b"\n" + b"\n".join(ZEEK))
    wait(lambda: len(door.records) == 500)
    assert door.records == ZEEK
    assert {(batch.source, batch.transport) for batch in door.batches} == {("winlog", "lines")}


def test_without_a_token_the_address_tells_the_source(port: int, door: MemoryDoor) -> None:
    door.addresses["127.0.0.1"] = Sender("sensor", "centre")
    send(port, b"12 apples\n1 {}\n" + b"x" * 1_200_000 + b"\nlast")
    wait(lambda: len(door.records) == 3)
    assert door.records == [b"12 apples", b"1 {}", b"last"]
    ((sender, _transport, refused),) = door.refused
    assert sender is not None
    assert (sender.source, len(refused.raw)) == ("sensor", 4096)


def test_a_stranger_is_cut_off_and_what_it_sent_is_counted(port: int, door: MemoryDoor) -> None:
    with socket.create_connection(("127.0.0.1", port), 5) as sock:
        sock.sendall(b"keng_wrong-token\n{}\n{}\n")
        with pytest.raises(ConnectionError):
            if sock.recv(1) == b"":
                raise ConnectionError
    assert (len(door.refused), door.records) == (2, [])


def test_a_withdrawn_token_ends_an_open_connection_within_a_second(
    port: int, door: MemoryDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_connection(("127.0.0.1", port), 5) as sock:
        sock.sendall(TOKEN.encode() + b"\n{}\n")
        wait(lambda: len(door.records) == 1)
        monkeypatch.setattr(door, "authenticate", lambda _token: Refusal(401, "withdrawn"))
        started = time.monotonic()
        with pytest.raises(ConnectionError):
            if sock.recv(1) == b"":
                raise ConnectionError
        assert time.monotonic() - started < 1
    assert len(door.records) == 1


def test_suricata_writes_to_a_socket_of_this_machine(door: MemoryDoor, loop: Loop, tmp_path: Path) -> None:
    path = tmp_path / "eve.sock"
    door.addresses[f"unix:{path}"] = Sender("suricata", "centre")
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(str(path))
    listening.setblocking(False)
    server = LinesTcp(door)
    loop.run(server.start(listening))
    try:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(str(path))
            sock.sendall(b'{"timestamp":"2026-11-24T01:02:03+0700","event_type":"alert"}\n' * 3)
        wait(lambda: len(door.records) == 3)
        assert {batch.peer for batch in door.batches} == {f"unix:{path}:0"}
    finally:
        loop.run(server.stop())


@pytest.mark.parametrize("block", blocks())
def test_no_stream_makes_the_receiver_stumble(port: int, door: MemoryDoor, block: int) -> None:
    door.addresses["127.0.0.1"] = Sender("sensor", "centre")
    dice = random.Random(block)
    # A stream that happened to begin with the wrong token would be cut off, rightly.
    stream = (
        ZEEK[0] + b"\n" + b"".join(bodies(block, (*ZEEK[:2], b"\n", os.urandom(20), b"keng_abcdefghi\n")))
    )
    with socket.create_connection(("127.0.0.1", port)) as sock:
        place = 0
        while place < len(stream):
            step = dice.randint(1, 60_000)
            sock.sendall(stream[place : place + step])
            place += step
    send(port, b"the end\n")
    wait(lambda: b"the end" in door.records)
    door.batches.clear()


def test_entries_of_several_lines_that_come_apart_are_one_record_each(
    door: MemoryDoor, loop: Loop, tmp_path: Path
) -> None:
    path = tmp_path / "app.sock"
    door.addresses[f"unix:{path}"] = Sender("app", "hospital")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.setblocking(False)
    server = LinesTcp(door)
    loop.run(server.start(listener))
    trace = [
        b"2026-11-24 10:00:00,123 ERROR x: failed",
        b"Traceback (most recent call last):",
        b'  File "/srv/x.py", line 5, in get',
        b"    pass",
        b"ValueError: bad",
    ]
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(str(path))
        for one in (*trace, b"2026-11-24 10:00:01,123 INFO x: fine", b'{"json": 1}'):
            sock.sendall(one[:7])
            time.sleep(0.03)
            sock.sendall(one[7:] + b"\n")
        wait(lambda: len(door.records) == 3, 2.0)
        assert door.records == [b"\n".join(trace), b"2026-11-24 10:00:01,123 INFO x: fine", b'{"json": 1}']
    loop.run(server.stop())


def test_a_line_without_more_is_there_at_once_and_a_withdrawn_token_ends_what_is_held(
    port: int, door: MemoryDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_connection(("127.0.0.1", port), 5) as sock:
        sock.sendall(TOKEN.encode() + b"\n{}\n")
        wait(lambda: door.records == [b"{}"], 0.2)
        sock.sendall(b"held for a moment\n")
        monkeypatch.setattr(door, "authenticate", lambda _token: Refusal(401, "withdrawn"))
        with pytest.raises(ConnectionError):
            if sock.recv(1) == b"":
                raise ConnectionError
    assert door.records == [b"{}"]
