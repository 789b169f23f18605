"""ClamAV: what the daemon writes to its file or to syslog, and the scanner's own output.

    Wed May  1 12:00:00 2024 -> /srv/a.exe: Win.Test.EICAR_HDB-1 FOUND
    /srv/a.exe: Win.Test.EICAR_HDB-1(44d88612fea8a8f36de82e1278abb02f:68) FOUND

Fields: timestamp, path, signature, hash, message.
"""

import re
from typing import Any

_STAMP = re.compile(r"([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}) -> ")
_FOUND = re.compile(
    r"((?:/|[A-Za-z]:\\|instream\(|fd\[)[^\n]{0,4096}?): ([^\s:()]{2,256})(?:\(([0-9a-f]{32}|[0-9a-f]{64}):\d{1,16}\))? FOUND\s*$"
)
_MESSAGE = re.compile(
    r"(?:SelfCheck|Database|Reading|WARNING|ERROR|LibClamAV|Limits|Listening|\+\+\+|clamd|Loaded)"
)


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of a line that reports a finding, or of any dated line of the daemon; None for others."""
    stamp = _STAMP.match(text)
    body = text[stamp.end() :] if stamp else text
    fields = message_fields(body)
    if fields is None:
        return {"timestamp": stamp[1], "message": body} if stamp and _MESSAGE.match(body) else None
    return {"timestamp": stamp[1], **fields} if stamp else fields


def message_fields(message: str) -> dict[str, Any] | None:
    """The fields of a finding; None for other messages."""
    if " FOUND" not in message[-16:]:
        return None
    match = _FOUND.match(message)
    if not match:
        return None
    fields: dict[str, Any] = {"path": match[1], "signature": match[2], "message": message}
    if match[3]:
        fields["hash"] = match[3]
    return fields
