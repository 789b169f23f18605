"""Receives syslog over TLS with client certificates (RFC 5425; the other framing of RFC 6587 is taken, too).

The certificate tells the source, and everything that comes over the connection is that source's. Whether the
certificate may still send is asked before every read and every quarter second: a withdrawn one is cut off.
"""

import ssl
import time
from pathlib import Path

from keng.collect.continued import Continued
from keng.collect.framing import Framer
from keng.collect.peer_certificate import peer_certificate
from keng.collect.ports import Door, Refusal, Sender
from keng.collect.split import split
from keng.collect.stream_server import Peer, StreamServer
from keng.collect.syslog_header import read_head
from keng.i18n import _
from keng.model.batch import Batch
from keng.model.rejected import Rejected

TRANSPORT = "syslog_tls"


def server_context(certificate: Path, key: Path, authority: Path | None = None) -> ssl.SSLContext:
    """TLS 1.2 and newer; a client must show a certificate that the authority issued or that is trusted by itself.

    `load_verify_locations(cadata=PEM)` adds a client's own certificate while the server runs. Raises OSError
    (ssl.SSLError is one) if a file cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # A sender that closes at once after its last line: neither tickets that it has not read nor a missing farewell
    # may cost that line.
    context.num_tickets = 0
    context.options |= ssl.OP_IGNORE_UNEXPECTED_EOF
    context.load_cert_chain(certificate, key)
    context.verify_mode = ssl.CERT_REQUIRED
    # A client's certificate that is registered is trusted without its issuer.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if authority is not None:
        context.load_verify_locations(authority)
    return context


class _Conversation:
    def __init__(self, door: Door, peer: Peer) -> None:
        self._door = door
        self._peer = peer
        self._shown = peer_certificate(peer.tls) if peer.tls is not None else None
        self._framer = Framer()
        self._lines = Continued()
        sender = self._sender()
        if isinstance(sender, Refusal):
            raw = self._shown.fingerprint.encode() if self._shown else b""
            door.refuse(None, TRANSPORT, peer.name, [Rejected(sender.reason, "", raw)])

    def feed(self, data: bytes) -> list[Batch]:
        messages = self._framer.feed(data)
        return self._batches(self._lines.feed(messages, time.monotonic(), self._framer.told))

    def patience(self) -> float | None:
        return self._lines.patience(time.monotonic())

    def rest(self) -> list[Batch]:
        return self._batches(self._lines.rest())

    def end(self) -> list[Batch]:
        return self._batches(self._lines.feed(self._framer.end(), time.monotonic(), whole=True))

    def over(self) -> str:
        sender = self._sender()
        return sender.reason if isinstance(sender, Refusal) and sender.status != 503 else ""

    def _sender(self) -> Sender | Refusal:
        if self._shown is None:
            return Refusal(401, _("the connection shows no certificate"))
        return self._door.recognise(self._shown)

    def _batches(self, messages: list[bytes | Rejected]) -> list[Batch]:
        sender = self._sender()
        if isinstance(sender, Refusal):
            refused = [Rejected(sender.reason, "", _bytes(one)[:4096]) for one in messages]
            self._door.refuse(None, TRANSPORT, self._peer.name, refused)
            return []
        refused = [one for one in messages if isinstance(one, Rejected)]
        if refused:
            self._door.refuse(sender, TRANSPORT, self._peer.name, refused)
        records = [read_head(one).message for one in messages if isinstance(one, bytes)]
        return split(sender, TRANSPORT, self._peer.name, self._door.now_us(), records)


class SyslogTls(StreamServer):
    """The listener. start() on a bound socket with a `server_context`."""

    def __init__(self, door: Door) -> None:
        super().__init__(door, TRANSPORT, lambda peer: _Conversation(door, peer))


def _bytes(message: bytes | Rejected) -> bytes:
    return message.raw if isinstance(message, Rejected) else message
