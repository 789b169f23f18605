"""HAProxy's HTTP and TCP logs, as the message of the syslog program "haproxy".

    10.0.0.9:5000 [01/May/2024:12:00:00.123] http-in~ app/srv-1 0/0/1/2/3 200 1234 - - ---- 1/1/0/0/0 0/0 "GET /a HTTP/1.1"

    10.0.0.9:5000 [01/May/2024:12:00:00.123] https-in/1: SSL handshake failure
    Connect from 10.0.0.9:5000 to 10.0.0.1:443 (https-in/TCP)

Fields: client, client_port, timestamp, frontend, backend, server, status, bytes, state, method, uri, protocol, message.
"""

import re
from typing import Any

_LINE = re.compile(
    r"(?:::ffff:)?([0-9A-Fa-f.:]{2,45}):(\d{1,5}) \[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d)(?:\.\d{3})?\] (\S{1,128}) "
    r"([^\s/]{1,128})/(\S{1,128}) [\d+/\-]{3,64} (?:(-?\d{1,3}) )?\+?(\d{1,20}) (?:\S{1,256} \S{1,256} )?([A-Za-z\-]{2,4}) "
    r'[\d+/]{3,64} [\d+/]{3,32}(?: \{[^}\n]{0,1024}\}){0,2}(?: "([^"\n]{0,8192})"?)?'
)
_REFUSED = re.compile(
    r"(?:::ffff:)?([0-9A-Fa-f.:]{2,45}):(\d{1,5}) \[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d)(?:\.\d{3})?\] ([^\s/]{1,128})/(\S{1,64}): (?=\S)"
)
_CONNECT = re.compile(
    r"Connect from (?:::ffff:)?([0-9A-Fa-f.:]{2,45}):(\d{1,5}) to (?:::ffff:)?([0-9A-Fa-f.:]{2,45}):(\d{1,5}) \((\S{1,128})/(\w{2,8})\)"
)


def fields_of(message: str) -> dict[str, Any] | None:
    """The fields of one message; None for others, such as "Proxy x started"."""
    match = _LINE.match(message)
    if not match:
        return _connection(message)
    client, port, stamp, frontend, backend, server, status, size, state, request = match.groups()
    fields: dict[str, Any] = {
        "client": client, "client_port": int(port), "timestamp": stamp, "frontend": frontend, "backend": backend,
        "server": server, "bytes": int(size), "state": state, "message": message,
    }  # fmt: skip
    if status and status != "-1":
        fields["status"] = int(status)
    parts = (request or "").split(" ")
    if len(parts) >= 2 and parts[0].isalpha():
        fields["method"], fields["uri"] = parts[0], " ".join(parts[1:-1]) or parts[1]
        if parts[-1].startswith("HTTP/"):
            fields["protocol"] = parts[-1]
    return fields


def _connection(message: str) -> dict[str, Any] | None:
    """A connection that came to no request, or that is logged as it comes."""
    if refused := _REFUSED.match(message):
        client, port, stamp, frontend, _listener = refused.groups()
        reason = message[refused.end() :]
        return {
            "client": client, "client_port": int(port), "timestamp": stamp, "frontend": frontend, "reason": reason,
            "message": message,
        }  # fmt: skip
    if connect := _CONNECT.match(message):
        client, port, server, server_port, frontend, mode = connect.groups()
        return {
            "client": client, "client_port": int(port), "server_ip": server, "server_port": int(server_port),
            "frontend": frontend, "mode": mode, "message": message,
        }  # fmt: skip
    return None
