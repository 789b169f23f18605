import os
import random
import socket
import time
from collections.abc import Iterator

import pytest

from keng.collect.ports import Outcome
from keng.collect.syslog_tcp import SyslogTcp
from keng.runtime.http_server import bind

from .conftest import Loop, MemoryDoor
from .fuzz import blocks, bodies
from .senders import wait


@pytest.fixture
def port(door: MemoryDoor, loop: Loop) -> Iterator[int]:
    sock = bind("127.0.0.1", 0, "--syslog-port")
    server = SyslogTcp(door)
    loop.run(server.start(sock))
    yield sock.getsockname()[1]
    loop.run(server.stop())


def send(port: int, data: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(data)


def line(n: int, size: int = 0) -> bytes:
    return b"<34>Nov  3 01:02:03 dc01 app[1]: line %d%b" % (n, b"x" * size)


def test_lines_arrive_in_order_whatever_their_framing(port: int, door: MemoryDoor) -> None:
    lines = [line(n) for n in range(2000)]
    send(port, b"".join(b"%d %b" % (len(one), one) if n % 2 else one + b"\n" for n, one in enumerate(lines)))
    wait(lambda: len(door.records) == 2000)
    assert door.records == lines
    assert {batch.transport for batch in door.batches} == {"syslog_tcp"}


def test_a_line_of_a_megabyte_is_refused_and_the_rest_goes_on(port: int, door: MemoryDoor) -> None:
    send(port, line(1) + b"\n" + line(2, 1_000_000) + b"\n" + line(3) + b"\n")
    wait(lambda: len(door.records) == 2)
    assert door.records == [line(1), line(3)]
    ((sender, _transport, refused),) = door.refused
    assert sender is not None
    assert sender.source == "dc"
    assert "1000039" in refused.reason


def test_while_the_journal_is_full_nothing_is_read_and_nothing_lost(port: int, door: MemoryDoor) -> None:
    door.outcome = Outcome.FULL
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.setblocking(False)
        sent = 0
        quiet = time.monotonic()
        while time.monotonic() - quiet < 0.7:
            try:
                sent += sock.send((line(sent % 10, 900) + b"\n") * 100)
                quiet = time.monotonic()
            except BlockingIOError:
                time.sleep(0.02)
            assert sent < 200_000_000, "the sender was never held back"
        door.outcome = Outcome.TAKEN
    wait(lambda: sum(len(record) + 1 for record in door.records) >= sent - 1)
    assert door.dropped == 0


def test_binary_noise_is_refused_and_the_server_lives(port: int, door: MemoryDoor) -> None:
    send(port, os.urandom(200_000))
    send(port, line(1) + b"\n")
    wait(lambda: line(1) in door.records)


def test_many_connections_at_once_are_served(port: int, door: MemoryDoor) -> None:
    sockets = [socket.create_connection(("127.0.0.1", port)) for _n in range(100)]
    for n, sock in enumerate(sockets):
        sock.sendall(line(n) + b"\n")
    wait(lambda: len(door.records) == 100)
    for sock in sockets:
        sock.close()


def test_stopping_keeps_what_was_sent_before(door: MemoryDoor, loop: Loop) -> None:
    sock = bind("127.0.0.1", 0, "--syslog-port")
    server = SyslogTcp(door)
    loop.run(server.start(sock))
    with socket.create_connection(("127.0.0.1", sock.getsockname()[1])) as sender:
        sender.sendall(line(1) + b"\n" + line(2))
        wait(lambda: line(1) in door.records)
        loop.run(server.stop())
    assert door.records == [line(1), line(2)]


def test_a_stack_trace_whose_lines_come_apart_is_one_record(port: int, door: MemoryDoor) -> None:
    trace = [line(1), b"\tat a.b.C.d(C.java:1)", b"Caused by: java.io.IOException: x", b"\t... 12 more"]
    with socket.create_connection(("127.0.0.1", port)) as sock:
        for one in (*trace, line(2)):
            sock.sendall(one + b"\n")
            time.sleep(0.05)
        wait(lambda: door.records == [b"\n".join(trace), line(2)], 2.0)  # the connection is still open


def test_a_message_whose_length_is_told_is_not_waited_for(port: int, door: MemoryDoor) -> None:
    with socket.create_connection(("127.0.0.1", port)) as sock:
        started = time.monotonic()
        for n in range(10):
            sock.sendall(b"%d %b" % (len(line(n)), line(n)))
            wait(lambda n=n: len(door.records) == n + 1)  # type: ignore[misc]
        assert time.monotonic() - started < 10 * 0.2


SEEDS = (line(1) + b"\n", b"%d %b" % (len(line(2)), line(2)), "<34>1 - dc01 app - - - xin chào\n".encode())


@pytest.mark.parametrize("block", blocks())
def test_no_stream_makes_the_receiver_stumble(port: int, door: MemoryDoor, block: int) -> None:
    dice = random.Random(block)
    cases = list(bodies(block, SEEDS))
    for place in range(0, len(cases), 20):  # fifty connections, each cut into pieces of any size
        stream = b"".join(cases[place : place + 20])
        with socket.create_connection(("127.0.0.1", port), 10) as sock:
            while stream:
                step = dice.randint(1, 5000)
                sock.sendall(stream[:step])
                stream = stream[step:]
    end = b"<34>Nov  3 01:02:03 dc01 app: the end"
    send(port, end + b"\n")
    wait(lambda: end in door.records)
    assert all(refused.reason for _sender, _transport, refused in door.refused)
