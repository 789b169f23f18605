"""Delivers by Elastic bulk over HTTP(S): one request at a time on a connection that is kept.

Each record goes with its own `_id`, so that a request whose answer was lost can be sent again: the centre knows the
records that it has. Bodies are compressed with zstd.
"""

import http.client
import ssl
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import zstandard

from keng import __version__
from keng.i18n import _
from keng.scan.shown import shown
from keng.send.feed import Parcel
from keng.send.target import Delivered, Later
from keng.send.unreachable import why_unreachable

TIMEOUT_S = 60.0
MAX_PAUSE_S = 300.0
MAX_ANSWER = 64 << 20
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


class TargetError(ValueError):
    """The address or a certificate cannot be used; the text says why."""


class _Fate(msgspec.Struct):
    status: int
    error: msgspec.Raw = msgspec.Raw(b"")


class _Answer(msgspec.Struct):
    errors: bool
    items: list[dict[str, _Fate]] = []


class _Reason(msgspec.Struct):
    reason: str = ""


class _Problem(msgspec.Struct):
    error: _Reason | str = ""


class BulkTarget:
    """to: "http(s)://host[:port][/prefix]". ca: PEM file of who signed the centre's certificate, "" for the system's.

    certificate, key: PEM files of the client's own. Raises TargetError.
    """

    def __init__(self, to: str, token: str, ca: str = "", certificate: str = "", key: str = "") -> None:
        try:
            address = urlsplit(to if "://" in to else f"http://{to}")
            port = address.port
        except ValueError as error:
            raise TargetError(_("the address {to} cannot be used: {error}", to=to, error=error)) from error
        if address.scheme not in ("http", "https") or not address.hostname:
            raise TargetError(
                _(
                    "the address {to} cannot be used; it looks like https://centre.example.vn:9200",
                    to=shown(to),
                )
            )
        if not token.isascii() or not token.isprintable():
            raise TargetError(_("the token has characters that no token has"))
        self._host, self._port = address.hostname, port or 9200
        self._path = f"{address.path.rstrip('/')}/_bulk"
        self._tls = _tls(ca, certificate, key) if address.scheme == "https" else None
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/x-ndjson",
            "Content-Encoding": "zstd",
            "User-Agent": f"keng-send/{__version__}",
        }
        self._zstd = zstandard.ZstdCompressor(level=1)
        self._connection: http.client.HTTPConnection | None = None

    def deliver(self, parcels: Sequence[Parcel]) -> Delivered | Later:
        """One request, and its answer. A connection that had gone stale is tried once more at once."""
        body = self._zstd.compress(
            b"".join([b'{"create":{"_id":"%b"}}\n%b\n' % (one.id.encode(), one.document) for one in parcels])
        )
        fresh = self._connection is None
        answer = self._ask(body)
        if isinstance(answer, Later) and not fresh:
            answer = self._ask(body)
        if isinstance(answer, Later):
            return answer
        return _settled(*answer)

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, body: bytes) -> tuple[int, str, bytes] | Later:
        try:
            if self._connection is None:
                self._connection = (
                    http.client.HTTPSConnection(self._host, self._port, timeout=TIMEOUT_S, context=self._tls)
                    if self._tls is not None
                    else http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT_S)
                )
            self._connection.request("POST", self._path, body, self._headers)
            response = self._connection.getresponse()
            data = response.read(MAX_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            reason = why_unreachable(error, self._host, self._tls is not None)
            return Later(_("the centre cannot be reached: {reason}", reason=reason))
        if response.will_close:
            self.close()
        return response.status, response.headers.get("Retry-After", ""), data


def _settled(status: int, retry_after: str, data: bytes) -> Delivered | Later:
    """What an answer means."""
    if status == 200:
        try:
            answer = msgspec.json.decode(data, type=_Answer)
        except msgspec.DecodeError:
            return Later(_("the answer is not one of a bulk request; is the address right?"), denied=True)
        return _fates(answer) if answer.errors else Delivered()
    why = shown(_reason(data) or http.client.responses.get(status, str(status)), 300)
    after = min(float(retry_after), MAX_PAUSE_S) if retry_after.isdigit() else 0.0
    if status == 413:
        return Later(why, smaller=True)
    if status == 404:
        why = _("{reason}; is the address that of the centre's ingest port, 9200 as a rule?", reason=why)
    if status in _AGAIN:
        return Later(_("the centre asks to wait: {reason}", reason=why), after)
    return Later(_("the centre refuses ({status}): {reason}", status=status, reason=why), after, denied=True)


def _fates(answer: _Answer) -> Delivered | Later:
    refused = 0
    reason = ""
    for item in answer.items:
        for fate in item.values():
            # 409: a server that tells of doubles knows this one already.
            if fate.status < 300 or fate.status == 409:
                continue
            if fate.status in _AGAIN:
                return Later(_("the centre asks to wait: {reason}", reason=str(fate.status)))
            refused += 1
            reason = shown(_reason(b'{"error":%b}' % bytes(fate.error)) or str(fate.status), 300)
    return Delivered(refused, reason)


def _reason(data: bytes) -> str:
    try:
        error = msgspec.json.decode(data, type=_Problem).error
    except msgspec.DecodeError:
        return ""
    return error if isinstance(error, str) else error.reason


def _tls(ca: str, certificate: str, key: str) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if certificate:
            context.load_cert_chain(Path(certificate), Path(key) if key else None)
    except (OSError, ssl.SSLError) as error:
        raise TargetError(_("the certificate cannot be used: {error}", error=error)) from error
    return context
