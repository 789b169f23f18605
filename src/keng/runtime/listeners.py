"""The receivers beside HTTP: syslog over UDP, TCP and TLS, lines over TCP and sockets of this machine, NetFlow.

Their ports are bound first, so that a centre that cannot have one says so before it opens anything else.
"""

import asyncio
import os
import socket
import ssl
import stat
from contextlib import AsyncExitStack
from pathlib import Path

from keng.collect.lines_tcp import LinesTcp
from keng.collect.netflow_udp import NetflowUdp
from keng.collect.syslog_tcp import SyslogTcp
from keng.collect.syslog_tls import SyslogTls, server_context
from keng.collect.syslog_udp import SyslogUdp
from keng.collect.udp_server import UdpServer
from keng.i18n import _
from keng.i18n.system_error import system_error
from keng.runtime.http_server import PortError, bind
from keng.runtime.reception import Reception
from keng.runtime.senders import Senders
from keng.runtime.settings import Settings
from keng.runtime.tasks import Tasks

TRUST_S = 0.5


class Listeners:
    """Binds at once; start() when the journal is open. Everything is closed by `closing`, in order.

    syslog_port, syslog_tls_port, lines_port, netflow_port: as bound, -1 for none. Raises PortError.
    """

    def __init__(self, settings: Settings, closing: AsyncExitStack) -> None:
        self._settings = settings
        self._closing = closing
        self._udp: list[UdpServer] = []
        self.syslog_port = self.syslog_tls_port = self.lines_port = self.netflow_port = -1
        self._syslog = self._bind_syslog()
        self._tls = self._bind_tcp(settings.syslog_tls_port, "syslog_tls_port")
        if self._tls is not None:
            self.syslog_tls_port = self._tls.getsockname()[1]
        self._lines = self._bind_tcp(settings.lines_port, "lines_port")
        if self._lines is not None:
            self.lines_port = self._lines.getsockname()[1]
        self._netflow: socket.socket | None = None
        if settings.netflow_port >= 0:
            self._netflow = self._bound(
                settings.syslog_host, settings.netflow_port, "netflow_port", socket.SOCK_DGRAM
            )
            self.netflow_port = self._netflow.getsockname()[1]
        self._local = [self._bind_local(Path(path)) for path in settings.lines_sockets]

    async def start(self, reception: Reception, senders: Senders, tasks: Tasks) -> None:
        """Begin to receive. OSError if a file of TLS cannot be used."""
        closing = self._closing
        if self._syslog is not None:
            by_tcp, by_udp = SyslogTcp(reception), SyslogUdp(reception)
            await by_tcp.start(self._syslog[0])
            closing.push_async_callback(by_tcp.stop)
            await self._start_udp(by_udp, self._syslog[1], "syslog_udp", tasks)
        if self._tls is not None:
            context = await asyncio.to_thread(self._context)
            trust = _Trust(context, senders)
            await asyncio.to_thread(trust.refresh)
            by_tls = SyslogTls(reception)
            await by_tls.start(self._tls, context)
            closing.push_async_callback(by_tls.stop)
            tasks.start("trust", trust.run)
        for sock in [*([self._lines] if self._lines else []), *self._local]:
            by_lines = LinesTcp(reception)
            await by_lines.start(sock)
            closing.push_async_callback(by_lines.stop)

        if self._netflow is not None:
            # Imported here: the registry of its fields is heavy, and few centres receive flows.
            from keng.formats.netflow import NetflowDecoder

            by_netflow = NetflowUdp(reception, NetflowDecoder().flows_as_json)
            await self._start_udp(by_netflow, self._netflow, "netflow", tasks)

    def count_kernel_drops(self) -> None:
        """Count what the kernel dropped on the UDP sockets since the last call."""
        for one in self._udp:
            one.count_kernel_drops()

    async def _start_udp(self, receiver: UdpServer, sock: socket.socket, name: str, tasks: Tasks) -> None:
        await receiver.start(sock)
        tasks.start(name, receiver.run)
        self._closing.push_async_callback(tasks.finish, name, 5.0)
        self._closing.push_async_callback(receiver.stop)
        self._udp.append(receiver)

    def _context(self) -> ssl.SSLContext:
        settings = self._settings
        if not settings.tls_certificate:
            raise OSError(_("syslog over TLS needs tls_certificate and tls_key"))
        authority = Path(settings.syslog_tls_authority) if settings.syslog_tls_authority else None
        return server_context(Path(settings.tls_certificate), Path(settings.tls_key), authority)

    def _bind_syslog(self) -> tuple[socket.socket, socket.socket] | None:
        """TCP and UDP on the same port number, also when any free one is asked for."""
        wanted, host, flag = self._settings.syslog_port, self._settings.syslog_host, "--syslog-port"
        if wanted < 0:
            return None
        for turn in range(20):
            tcp = self._bound(host, wanted, flag, socket.SOCK_STREAM)
            self.syslog_port = tcp.getsockname()[1]
            try:
                return tcp, self._bound(host, self.syslog_port, flag, socket.SOCK_DGRAM)
            except PortError:
                tcp.close()
                if wanted or turn == 19:
                    raise
        raise AssertionError

    def _bind_tcp(self, port: int, flag: str) -> socket.socket | None:
        return self._bound(self._settings.syslog_host, port, flag, socket.SOCK_STREAM) if port >= 0 else None

    def _bound(self, host: str, port: int, flag: str, kind: socket.SocketKind) -> socket.socket:
        sock = bind(host, port, flag, kind)
        self._closing.callback(sock.close)
        return sock

    def _bind_local(self, path: Path) -> socket.socket:
        """A socket that this user and its group may write to. One that an earlier process left is replaced."""
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            if path.exists() and stat.S_ISSOCK(path.lstat().st_mode):
                path.unlink()
            before = os.umask(0o117)
            try:
                sock.bind(str(path))
            finally:
                os.umask(before)
        except OSError as error:
            sock.close()
            raise PortError(
                _("cannot listen on {path}: {reason}", path=path, reason=system_error(error))
            ) from error
        sock.setblocking(False)
        self._closing.callback(sock.close)
        self._closing.callback(path.unlink, missing_ok=True)
        return sock


class _Trust:
    """Lets registered certificates through the handshake. Once trusted stays so for TLS: who may send is asked later."""

    def __init__(self, context: ssl.SSLContext, senders: Senders) -> None:
        self._context = context
        self._senders = senders
        self._known: set[str] = set()

    def refresh(self) -> None:
        for pem in self._senders.refresh_certificates() - self._known:
            self._context.load_verify_locations(cadata=pem)
            self._known.add(pem)

    async def run(self) -> None:
        while True:
            await asyncio.sleep(TRUST_S)
            self.refresh()
