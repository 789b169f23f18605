import asyncio
import socket
import ssl
import stat
import time
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uvloop
from tests.servers.authority import Authority

from keng.model.agency import LogSourceEntry, Register
from keng.runtime.centre import Centre
from keng.runtime.http_server import PortError
from keng.runtime.listeners import Listeners
from keng.runtime.parts import Parts
from keng.runtime.settings import Settings
from keng.state.certificates import CertificateInfo, add_certificate, withdraw_certificates
from keng.state.register import load_register

from .conftest import NOW, REGISTER, MemoryStore, until

Test = Callable[[Centre, dict[str, str]], Coroutine[Any, Any, None]]


@pytest.fixture
def run(settings: Settings, parts: Parts, tmp_path: Path) -> Callable[..., None]:
    more = Register(
        agencies=REGISTER.agencies,
        sources=(
            LogSourceEntry("bv-fw", "bv", "FW", transport="syslog_tls"),
            LogSourceEntry("eve", "bv", "EVE", transport="lines", addresses=(f"unix:{tmp_path}/eve.sock",)),
        ),
    )

    async def running(test: Test, **changes: object) -> None:
        centre = Centre(msgspec.structs.replace(settings, **changes), parts)
        await centre.start()
        try:
            with centre.state.write() as conn:
                tokens = load_register(conn, more, NOW)
            assert isinstance(tokens, dict)
            await test(centre, tokens)
            await until(lambda: centre.stats.queue_batches == 0)
            assert centre.stats.difference == 0
        finally:
            await centre.stop()

    # As `keng up` does.
    return lambda test, **changes: uvloop.run(running(test, **changes))


def test_a_certificate_is_let_in_once_registered_and_cut_off_within_a_second_of_its_withdrawal(
    run: Callable[..., None], store: MemoryStore, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    server, key = authority.issue("centre")
    device, device_key = authority.self_signed("device")
    client = authority.client(device, device_key)
    client.check_hostname = False

    async def send(centre: Centre, line: bytes) -> bool:
        try:
            _reader, writer = await asyncio.open_connection(
                "127.0.0.1", centre.listeners.syslog_tls_port, ssl=client
            )
            writer.write(line)
            await writer.drain()
            await asyncio.sleep(0.1)
            writer.close()
            await writer.wait_closed()
        except (ssl.SSLError, ConnectionError):
            return False
        return True

    async def test(centre: Centre, _tokens: dict[str, str]) -> None:
        await send(centre, b"<34>1 - h a - - - nobody knows me\n")
        with centre.state.write() as conn:
            assert isinstance(add_certificate(conn, "bv-fw", device.read_text(), NOW), CertificateInfo)
        await asyncio.sleep(1.2)
        assert await send(centre, b"<34>1 - h a - - - now you do\n")
        await until(lambda: len(store.events) == 1)
        assert (store.events[0].source, store.events[0].agency) == ("bv-fw", "bv")
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", centre.listeners.syslog_tls_port, ssl=client
        )
        writer.write(b"<34>1 - h a - - - open\n")
        await writer.drain()
        await until(lambda: len(store.events) == 2)
        with centre.state.write() as conn:
            assert withdraw_certificates(conn, "bv-fw", NOW) == 1
        started = time.monotonic()
        with pytest.raises((ConnectionError, ssl.SSLError)):
            if await asyncio.wait_for(reader.read(1), 5) == b"":
                raise ConnectionError
        assert time.monotonic() - started < 1
        await send(centre, b"<34>1 - h a - - - withdrawn\n")
        await asyncio.sleep(0.3)
        assert len(store.events) == 2

    run(test, syslog_tls_port=0, tls_certificate=str(server), tls_key=str(key))


def test_lines_arrive_by_tcp_with_a_token_and_by_a_socket_of_this_machine(
    run: Callable[..., None], store: MemoryStore, tmp_path: Path
) -> None:
    path = tmp_path / "eve.sock"

    async def test(centre: Centre, tokens: dict[str, str]) -> None:
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        _reader, writer = await asyncio.open_connection("127.0.0.1", centre.listeners.lines_port)
        writer.write(tokens["eve"].encode() + b'\n{"n":1}\n{"n":1}\n')
        writer.close()
        _reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(b'{"n":2}\n')
        writer.close()
        await until(lambda: len(store.events) == 3)
        assert {event.source for event in store.events} == {"eve"}
        assert len({event.id for event in store.events}) == 3

    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(path))
    run(test, lines_port=0, lines_sockets=(str(path),))
    assert not path.exists()


def test_a_socket_that_cannot_be_made_is_told_and_nothing_is_left_open(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a socket")

    async def starting() -> None:
        async with AsyncExitStack() as closing:
            Listeners(msgspec.structs.replace(settings, lines_sockets=(f"{tmp_path}/file",)), closing)

    with pytest.raises(PortError, match="file"):
        asyncio.run(starting())
    assert (tmp_path / "file").read_text() == "not a socket"
