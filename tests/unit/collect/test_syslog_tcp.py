import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from keng.collect.ports import Outcome
from keng.collect.syslog_tcp import SyslogTcp
from keng.runtime.http_server import bind

from .conftest import TOKEN, Loop, MemoryDoor

MODULES = ("/usr/lib/x86_64-linux-gnu/rsyslog", "/usr/lib/aarch64-linux-gnu/rsyslog", "/usr/lib/rsyslog")


@pytest.fixture
def port(door: MemoryDoor, loop: Loop) -> Iterator[int]:
    sock = bind("127.0.0.1", 0, "--syslog-port")
    server = SyslogTcp(door)
    loop.run(server.start(sock))
    yield sock.getsockname()[1]
    loop.run(server.stop())


def wait(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not become true in time"
        time.sleep(0.02)


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


def rsyslog(folder: Path, config: str) -> subprocess.Popen[bytes]:
    binary = shutil.which("rsyslogd") or ("/usr/sbin/rsyslogd" if Path("/usr/sbin/rsyslogd").exists() else "")
    if not binary:
        pytest.skip("needs rsyslogd: apt-get install rsyslog rsyslog-elasticsearch")
    if "omelasticsearch" in config and not any(
        (Path(one) / "omelasticsearch.so").exists() for one in MODULES
    ):
        pytest.skip("needs omelasticsearch: apt-get install rsyslog-elasticsearch")
    path = folder / "rsyslog.conf"
    path.write_text(config)
    return subprocess.Popen(
        [binary, "-n", "-f", str(path), "-i", str(folder / "pid")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def feed(path: Path, lines: int) -> None:
    wait(path.exists)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.connect(str(path))
        for n in range(lines):
            sock.send(b"<34>Nov  3 01:02:03 app[1]: from rsyslog %d" % n)


@pytest.mark.parametrize("framing", ["octet-counted", "traditional"])
def test_a_real_rsyslog_forwards_by_tcp(port: int, door: MemoryDoor, tmp_path: Path, framing: str) -> None:
    config = f"""
global(workDirectory="{tmp_path}" localHostname="dc01")
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="{tmp_path}/log" CreatePath="on")
action(type="omfwd" target="127.0.0.1" port="{port}" protocol="tcp" TCP_Framing="{framing}"
       template="RSYSLOG_SyslogProtocol23Format")
"""
    process = rsyslog(tmp_path, config)
    try:
        feed(tmp_path / "log", 500)
        wait(lambda: sum(b"from rsyslog" in record for record in door.records) == 500)
    finally:
        stop(process)
    assert {batch.source for batch in door.batches} == {"dc"}


def test_a_real_rsyslog_delivers_by_omelasticsearch(elastic: str, door: MemoryDoor, tmp_path: Path) -> None:
    config = f"""
global(workDirectory="{tmp_path}" localHostname="dc01")
module(load="imuxsock" SysSock.Use="off")
module(load="omelasticsearch")
input(type="imuxsock" Socket="{tmp_path}/log" CreatePath="on")
template(name="doc" type="list" option.jsonf="on") {{
    property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
    property(outname="host" name="hostname" format="jsonf")
    property(outname="message" name="msg" format="jsonf")
}}
action(type="omelasticsearch" server="127.0.0.1" serverport="{elastic.rpartition(":")[2]}" template="doc"
       bulkmode="on" searchIndex="logs" searchType="" uid="winlog" pwd="{TOKEN}" errorFile="{tmp_path}/errors")
"""
    process = rsyslog(tmp_path, config)
    try:
        feed(tmp_path / "log", 500)
        wait(lambda: sum(b"from rsyslog" in record for record in door.records) == 500)
    finally:
        stop(process)
    assert not (tmp_path / "errors").exists()
    assert {batch.source for batch in door.batches} == {"winlog"}
