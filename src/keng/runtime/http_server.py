"""Serves an ASGI application on a bound socket inside this process, with uvicorn."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn

from keng.i18n import _
from keng.i18n.system_error import system_error


class PortError(Exception):
    """An address cannot be listened on; the text says which and what to do."""


def bind(host: str, port: int, flag: str, kind: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
    """A bound socket. port: 0 for any free one. flag: the option to name in the error. Raises PortError."""
    try:
        family, _type, _proto, _name, address = socket.getaddrinfo(host, port, type=kind)[0]
        sock = socket.socket(family, kind)
    except OSError as error:
        raise PortError(
            _("{host} is no address of this machine: {reason}", host=host, reason=error)
        ) from error
    try:
        if kind is socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
    except OSError as error:
        sock.close()
        raise PortError(
            _(
                "cannot listen on {host} port {port}: {reason}. Stop what uses it, or choose another with {flag}.",
                host=host,
                port=port,
                reason=system_error(error),
                flag=flag,
            )
        ) from error
    sock.setblocking(False)
    return sock


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # The command that started the process handles signals, for all servers together.
        yield


class HttpServer:
    """start() returns when requests are taken; stop() lets those under way finish, at most 5 seconds."""

    def __init__(self, app: Any, sock: socket.socket, certificate: str = "", key: str = "") -> None:
        config = uvicorn.Config(
            app,
            http="httptools",
            ws="none",
            lifespan="auto",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=5,
            ssl_certfile=certificate or None,
            ssl_keyfile=key or None,
        )
        self._server = _Server(config)
        self._socket = sock
        self._task: asyncio.Task[None] | None = None
        self.port: int = sock.getsockname()[1]

    async def start(self) -> None:
        """Begin to serve. Raises PortError if it cannot."""
        loop = asyncio.get_running_loop()
        self._task = loop.create_task(self._server.serve(sockets=[self._socket]), name=f"http:{self.port}")
        while not self._server.started:
            if self._task.done():
                self._task.result()
                raise PortError(_("the web server on port {port} did not start", port=self.port))
            await asyncio.sleep(0.01)

    @property
    def alive(self) -> bool:
        """Whether it serves."""
        return self._task is not None and not self._task.done()

    async def stop(self) -> None:
        """End it."""
        self._server.should_exit = True
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        self._socket.close()
