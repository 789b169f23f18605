import contextlib
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.servers.authority import Authority, fingerprint

from keng.collect.ports import Sender
from keng.collect.syslog_tls import SyslogTls, server_context
from keng.runtime.http_server import bind

from .conftest import Loop, MemoryDoor
from .fuzz import blocks, bodies
from .senders import wait

HOSPITAL = Sender("bv-fw", "hospital")
LINE = b"<34>1 2026-11-03T01:02:03Z other-host app 1 - - over TLS %d"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def known(authority: Authority, door: MemoryDoor) -> ssl.SSLContext:
    certificate, key = authority.issue("fw.bv.vn")
    door.certificates[fingerprint(certificate)] = HOSPITAL
    return authority.client(certificate, key)


@pytest.fixture
def port(authority: Authority, door: MemoryDoor, loop: Loop) -> Iterator[int]:
    context = server_context(*authority.issue("centre"), authority.certificate)
    sock = bind("127.0.0.1", 0, "syslog_tls_port")
    server = SyslogTls(door)
    loop.run(server.start(sock, context))
    yield sock.getsockname()[1]
    loop.run(server.stop())


def connect(port: int, context: ssl.SSLContext) -> ssl.SSLSocket:
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), 10), server_hostname="centre")


def refused(port: int, context: ssl.SSLContext) -> bool:
    """With TLS 1.3 a client learns that its certificate is refused when it reads."""
    try:
        with connect(port, context) as tls:
            tls.sendall(LINE % 0 + b"\n")
            return tls.recv(1) == b""
    except (ssl.SSLError, ConnectionError):
        return True


def test_everything_over_the_connection_belongs_to_the_certificates_source(
    port: int, door: MemoryDoor, known: ssl.SSLContext
) -> None:
    lines = [LINE % n for n in range(500)]
    with connect(port, known) as tls:
        tls.sendall(
            b"".join(b"%d %b" % (len(one), one) if n % 2 else one + b"\n" for n, one in enumerate(lines))
        )
    wait(lambda: len(door.records) == 500)
    assert door.records == lines
    assert {(batch.source, batch.agency, batch.transport) for batch in door.batches} == {
        ("bv-fw", "hospital", "syslog_tls")
    }


def test_who_shows_no_certificate_or_a_strange_one_is_not_let_in(
    port: int, door: MemoryDoor, authority: Authority
) -> None:
    assert refused(port, ssl.create_default_context(cafile=str(authority.certificate)))
    assert refused(port, authority.client(*authority.self_signed("stranger")))
    assert (door.records, door.refused) == ([], [])


def test_a_certificate_of_the_authority_that_is_not_registered_is_refused_with_its_fingerprint(
    port: int, door: MemoryDoor, authority: Authority
) -> None:
    certificate, key = authority.issue("unknown")
    assert refused(port, authority.client(certificate, key))
    wait(lambda: len(door.refused) == 1)
    assert door.refused[0][2].raw.decode() == fingerprint(certificate)
    assert door.records == []


def test_a_withdrawn_certificate_is_cut_off_within_a_second(
    port: int, door: MemoryDoor, known: ssl.SSLContext
) -> None:
    with connect(port, known) as tls:
        tls.sendall(LINE % 1 + b"\n")
        wait(lambda: len(door.records) == 1)
        door.certificates.clear()
        started = time.monotonic()
        tls.settimeout(5)
        with pytest.raises((ConnectionError, ssl.SSLError)):
            assert tls.recv(1) == b""
            raise ConnectionError
        assert time.monotonic() - started < 1
    assert refused(port, known)
    assert len(door.records) == 1


def test_a_registered_certificate_needs_no_authority(
    authority: Authority, door: MemoryDoor, loop: Loop
) -> None:
    context = server_context(*authority.issue("centre"))
    sock = bind("127.0.0.1", 0, "syslog_tls_port")
    server = SyslogTls(door)
    loop.run(server.start(sock, context))
    port = sock.getsockname()[1]
    certificate, key = authority.self_signed("device")
    door.certificates[fingerprint(certificate)] = HOSPITAL
    client = authority.client(certificate, key)
    try:
        assert refused(port, client)
        context.load_verify_locations(cadata=certificate.read_text())
        with connect(port, client) as tls:
            tls.sendall(LINE % 1 + b"\n")
        wait(lambda: len(door.records) == 1)
    finally:
        loop.run(server.stop())


def test_noise_instead_of_a_handshake_harms_nobody(
    port: int, door: MemoryDoor, known: ssl.SSLContext
) -> None:
    for noise in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01" + b"\xff" * 5000, b"<34>plain syslog\n" * 100):
        with socket.create_connection(("127.0.0.1", port)) as sock:
            sock.sendall(noise)
    with connect(port, known) as tls:
        tls.sendall(LINE % 1 + b"\n")
    wait(lambda: len(door.records) == 1)


def test_old_protocols_are_refused(port: int, known: ssl.SSLContext) -> None:
    known.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    known.maximum_version = ssl.TLSVersion.TLSv1_1
    known.set_ciphers("ALL:@SECLEVEL=0")
    assert refused(port, known)


def test_a_file_that_is_no_certificate_is_an_error_with_words(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("nothing")
    with pytest.raises(OSError, match=r"PEM|no start line|SSL"):
        server_context(tmp_path / "x", tmp_path / "x")


def test_senders_that_close_at_once_after_their_last_line_lose_nothing(
    port: int, door: MemoryDoor, known: ssl.SSLContext
) -> None:
    for _n in range(15):
        with connect(port, known) as tls:
            tls.sendall(b"".join(LINE % n + b"\n" for n in range(500)))
    wait(lambda: len(door.records) == 7_500)


HELLO = bytes.fromhex("16030100310100002d0303") + bytes(32) + bytes.fromhex("000002130101000000")
SEEDS = (LINE % 1 + b"\n", b"%d %b" % (len(LINE % 2), LINE % 2), HELLO)


@pytest.mark.parametrize("block", blocks())
def test_no_handshake_or_stream_makes_the_receiver_stumble(
    port: int, door: MemoryDoor, known: ssl.SSLContext, block: int
) -> None:
    cases = list(bodies(block, SEEDS))
    for case in cases[::20]:  # instead of a handshake; it may be cut off while it is still being sent
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 10) as sock:
            sock.sendall(case)
    for place in range(0, len(cases), 100):
        with connect(port, known) as tls:
            tls.sendall(b"".join(cases[place : place + 100]))
    with connect(port, known) as tls:
        tls.sendall(LINE % 9_999 + b"\n")
    wait(lambda: LINE % 9_999 in door.records)
    assert all(refused.reason for _sender, _transport, refused in door.refused)
