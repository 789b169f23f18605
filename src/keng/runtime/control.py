"""The running centre's side door for commands of the same account: a unix socket in the data folder.

The event store belongs to one process, so a command that needs it while the centre runs asks the centre. Only the
account that runs the centre (and root) gets through: the folder is 0700, the socket 0600, and the kernel names the
caller. One JSON line asks, JSON lines answer: {"item": …} any number of times, then {"end": true} or {"error": text}.
A caller that goes away cancels its call. `control_client.py` is the other side.
"""

import os
import socket
import struct
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
import structlog

from keng.i18n import LANGUAGES, _, set_language

SOCKET = "control.sock"
MAX_REQUEST = 1 << 20
MAX_CALLS = 16
_log = structlog.get_logger("keng.runtime.control")


class CallError(Exception):
    """A call cannot be answered; the text tells the caller why, in the caller's language."""


class Call:
    """What was asked. `cancelled` is set when the caller has gone; `on_cancel` adds what is then to be done at once."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        self.arguments = arguments
        self.cancelled = threading.Event()
        self._actions: list[Callable[[], None]] = []

    def on_cancel(self, action: Callable[[], None]) -> None:
        """Run `action` (from another thread) if the caller goes away before the end."""
        self._actions.append(action)

    def cancel(self) -> None:
        """The caller has gone."""
        self.cancelled.set()
        for action in self._actions:
            action()


Handler = Callable[[Call], Iterable[dict[str, Any]]]


class _Request(msgspec.Struct, forbid_unknown_fields=True):
    call: str
    arguments: dict[str, Any] = {}
    language: str = ""


class Control:
    """add() handlers, start(), stop(). Handlers run in a thread of their own each and yield JSON-able items."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handlers: dict[str, Handler] = {}
        self._free = threading.BoundedSemaphore(MAX_CALLS)
        self._socket: socket.socket | None = None
        self._connections: set[socket.socket] = set()

    def add(self, name: str, handler: Handler) -> None:
        """Answer calls of this name."""
        self._handlers[name] = handler

    def start(self) -> None:
        """Listen. The caller holds the lock of the folder, so a socket that lies there is a dead one's."""
        (self._folder / SOCKET).unlink(missing_ok=True)
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with at_folder(self._folder) as place:
            sock.bind(place)
            Path(place).chmod(0o600)
        sock.listen(MAX_CALLS)
        self._socket = sock
        threading.Thread(target=self._accept, args=(sock,), name="control", daemon=True).start()

    def stop(self) -> None:
        """Refuse further calls and end those under way."""
        if self._socket is not None:
            (self._folder / SOCKET).unlink(missing_ok=True)
            self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            self._socket = None
            for connection in list(self._connections):
                _hang_up(connection)

    def _accept(self, sock: socket.socket) -> None:
        while True:
            try:
                connection, _address = sock.accept()
            except OSError:
                return
            if not _is_ours(connection) or not self._free.acquire(blocking=False):
                connection.close()
                continue
            self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), name="control call", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rb") as lines:
                request = _read(lines.readline(MAX_REQUEST))
                if request is None:
                    return
                call = Call(request.arguments)
                worker = threading.Thread(
                    target=self._answer,
                    args=(connection, request, call),
                    name=f"control {request.call}",
                    daemon=True,
                )
                worker.start()
                # The caller says nothing more: whatever comes is the end.
                lines.read(1)
                if worker.is_alive():
                    call.cancel()
                worker.join()
        except OSError:
            return
        finally:
            self._connections.discard(connection)
            self._free.release()

    def _answer(self, connection: socket.socket, request: _Request, call: Call) -> None:
        if request.language in LANGUAGES:
            set_language(request.language)
        handler = self._handlers.get(request.call)
        try:
            if handler is None:
                raise CallError(
                    _("this centre does not know “{name}”; is it an older one?", name=request.call[:40])
                )
            for item in handler(call):
                _send(connection, {"item": item})
            _send(connection, {"end": True})
        except CallError as error:
            _send(connection, {"error": str(error)})
        except OSError:
            call.cancel()
        except Exception:
            # Whatever it was, the caller must hear an end; the traceback goes to the centre's log.
            _log.exception("control call failed", call=request.call)
            _send(connection, {"error": _("the centre could not do it; its log says why")})
        finally:
            _hang_up(connection)


class at_folder:  # noqa: N801 (used like a function)
    """The socket's address inside the block: by the open folder, since an address holds 107 bytes only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> str:
        self._descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        return f"/proc/self/fd/{self._descriptor}/{SOCKET}"

    def __exit__(self, *_error: object) -> None:
        os.close(self._descriptor)


def _is_ours(connection: socket.socket) -> bool:
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _pid, uid, _gid = struct.unpack("3i", credentials)
    return uid in (0, os.getuid())


def _read(line: bytes) -> _Request | None:
    try:
        return msgspec.json.decode(line, type=_Request)
    except msgspec.MsgspecError:
        return None


def _send(connection: socket.socket, value: dict[str, Any]) -> None:
    connection.sendall(msgspec.json.encode(value) + b"\n")


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # gone already
