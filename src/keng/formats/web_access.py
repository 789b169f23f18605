"""Web access logs of Apache, nginx and those who write like them.

common      HOST IDENT USER [10/Oct/2000:13:55:36 -0700] "METHOD URI PROTOCOL" STATUS BYTES
combined    common "REFERER" "USER-AGENT"
with vhost  VHOST[:PORT] in front (Apache's vhost_combined), or between time and request
forwarded   the client that a proxy names in front of the proxy's own address, also a list "CLIENT, PROXY"
ssl_request [time] HOST PROTOCOL CIPHER "METHOD URI PROTOCOL" BYTES

Times may have a fraction, or be ISO 8601. Behind the agent the first quoted list of addresses is X-Forwarded-For.

What follows the known fields is kept as "rest". Inside quotes \\" and \\xHH are escapes and stay as they are,
except \\". A request that is no HTTP (TLS on a plain port, a scan) is kept as "request".
Fields: vhost, client, ident, user, timestamp, request, method, uri, protocol, status, bytes, referer, user_agent, peer,
x_forwarded_for, tls_version, tls_cipher, rest.
"""

import re
from typing import Any

from keng.formats.base import Item, rejected
from keng.formats.text import decode
from keng.i18n import _
from keng.model.record import Record

_QUOTED = r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"'
_LINE = re.compile(
    r"(?:(\S{1,255}) )?(\S{1,255}) (\S{1,255}) (\S{1,255}(?: [^\[\"\s]\S{0,254}){0,3}?) "
    r"\[(\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?:\.\d{1,9})?(?: [+-]\d{4})?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^\]\s]{0,16})\] "
    rf"(?:([\w.\-:]{{1,255}}) )?{_QUOTED} (\d{{3}}|-) (\d{{1,20}}|-)(?: {_QUOTED})?(?: {_QUOTED})?(.*)",
    re.DOTALL,
)
# The same for lines of exactly three words before the time: nearly all are such, and nothing has to be tried twice.
_USUAL = re.compile(
    r"()([^\s\[]{1,255}) ([^\s\[]{1,255}) ([^\s\[]{1,255}) "
    r"\[(\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "
    rf"(?:([\w.\-:]{{1,255}}) )?{_QUOTED} (\d{{3}}|-) (\d{{1,20}}|-)(?: {_QUOTED})?(?: {_QUOTED})?(.*)",
    re.DOTALL,
)
_SSL = re.compile(
    r"\[(\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?: [+-]\d{4})?)\] (\S{1,255}) ((?:TLS|SSL)v?[\d.]{1,4}|-) (\S{1,64}) "
    rf"{_QUOTED} (\d{{1,20}}|-)(.*)",
    re.DOTALL,
)
_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}", re.ASCII)
_FORWARDED = re.compile(r'\s?"((?:[0-9A-Fa-f.:]{3,45}(?:, ?|(?="))){1,16})"')
_REQUEST = re.compile(r"([A-Za-z_\-]{1,32}) (.*?)(?: (HTTP/\d(?:\.\d)?))?", re.DOTALL)


def recognises(head: bytes) -> bool:
    """At least half of the first lines are access log lines."""
    lines = [line for line in head.split(b"\n")[:40] if line.strip()]
    lines = lines[:20] if head.endswith(b"\n") or len(lines) == 1 else lines[:-1][:20]
    found = sum(1 for line in lines if carries(decode(line[:16384]).rstrip("\r")))
    return found > 0 and found * 2 >= len(lines)


def parse(raw: bytes, position: int) -> Item:
    """One line."""
    return parse_text(decode(raw).rstrip("\r\n\0"), position, raw)


def carries(text: str) -> bool:
    """Is this text an access log line?"""
    return '"' in text and "] " in text and (_LINE.match(text) or _SSL.match(text)) is not None


def parse_text(text: str, position: int, raw: bytes = b"", host: str = "", whole: str = "") -> Item:
    """One entry; `whole` is the line it stood in, if it was inside another."""
    match = _USUAL.match(text) or _LINE.match(text)
    if not match and (secure := _SSL.match(text) if text[:1] == "[" else None):
        stamp, client, protocol, cipher, request, size, rest = secure.groups()
        values = (None, client, "-", "-", stamp, None, request, "-", size, None, None, rest)
        return _record(values, position, host, whole or text, {"tls_version": protocol, "tls_cipher": cipher})
    if not match:
        return rejected(_("not a web access log line (common or combined)"), f"line {position}", raw)
    return _record(match.groups(), position, host, whole or text, {})


def _record(
    values: tuple[str | None, ...], position: int, host: str, raw: str, more: dict[str, Any]
) -> Record:
    """From the columns in their order."""
    vhost, client, ident, user, stamp, inner, request, status, size, referer, agent, rest = values
    client, request, rest = client or "", request or "", rest or ""
    fields: dict[str, Any] = {"timestamp": stamp, "request": request.replace('\\"', '"'), **more}
    if vhost and _ADDRESS.fullmatch(vhost.rstrip(",")) and _ADDRESS.fullmatch(client):
        # What a proxy says of the client it asks for, and the proxy itself.
        fields["peer"], client, vhost = client, vhost.rstrip(","), None
    fields["client"] = client
    if not vhost and inner and not inner.isdecimal():
        vhost = inner
    if '"' in rest[:2] and (forwarded := _FORWARDED.match(rest)):
        fields["x_forwarded_for"] = forwarded[1]
    if host:
        fields["@host"] = host
    parts = _REQUEST.fullmatch(fields["request"])
    method, uri, protocol = parts.groups() if parts else (None, None, None)
    optional = (
        ("vhost", vhost),
        ("ident", ident),
        ("user", user),
        ("method", method),
        ("uri", uri),
        ("protocol", protocol),
        ("referer", referer),
        ("user_agent", agent),
        ("rest", rest.strip()),
    )
    for name, value in optional:
        if value and value != "-":
            fields[name] = value.replace('\\"', '"')
    if status and status != "-":
        fields["status"] = int(status)
    if size and size != "-":
        fields["bytes"] = int(size)
    return Record("web_access", fields, position, raw)
