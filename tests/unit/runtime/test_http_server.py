import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from keng.runtime.http_server import HttpServer, PortError, bind


async def hello(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})


def test_an_application_is_served_until_stopped() -> None:
    async def test() -> None:
        server = HttpServer(hello, bind("127.0.0.1", 0, "--port"))
        await server.start()
        assert server.alive
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"http://127.0.0.1:{server.port}/")
        assert (answer.text, "server" in answer.headers) == ("hello", False)
        await server.stop()
        assert not server.alive
        bind("127.0.0.1", server.port, "--port").close()

    asyncio.run(test())


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_busy_port_is_named_with_its_option(kind: socket.SocketKind) -> None:
    first = bind("127.0.0.1", 0, "--port", kind)
    if kind is socket.SOCK_STREAM:
        first.listen()
    port = first.getsockname()[1]
    with pytest.raises(PortError, match=f"{port}.*--port"):
        bind("127.0.0.1", port, "--port", kind)
    first.close()


def test_an_address_of_another_machine_is_named() -> None:
    with pytest.raises(PortError, match=r"203\.0\.113\.9"):
        bind("203.0.113.9", 0, "--host")
    with pytest.raises(PortError):
        bind("no address at all", 0, "--host")
