"""Squid's native access log, alone or as the message of the syslog program "squid".

    1714539600.123    250 10.0.0.1 TCP_MISS/200 1234 GET http://www.example.com/ user HIER_DIRECT/192.0.2.1 text/html

Fields: timestamp, elapsed, client, result, status, bytes, method, url, user, hierarchy, server, content_type.
"""

import re
from typing import Any

_LINE = re.compile(
    r"(\d{9,11}\.\d{1,6}) {1,12}(-?\d{1,10}) (\S{1,255}) ([A-Z_]{2,64})/(\d{3}) (\d{1,20}) ([A-Za-z_\-]{1,32}) (\S{1,65536}) "
    r"(\S{1,255}) ([A-Z_]{2,64})/(\S{1,255})(?: (\S{1,255}))?"
)
_NAMES = (
    "timestamp", "elapsed", "client", "result", "status", "bytes", "method", "url", "user", "hierarchy", "server",
    "content_type",
)  # fmt: skip


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one entry; None if it is none."""
    match = _LINE.match(text)
    if not match:
        return None
    fields: dict[str, Any] = {
        name: value for name, value in zip(_NAMES, match.groups(), strict=True) if value and value != "-"
    }
    for name in ("elapsed", "status", "bytes"):
        fields[name] = int(fields[name])
    return fields
