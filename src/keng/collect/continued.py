"""Lines that go on with the message before them, where a sender breaks a message of several lines over a stream. Pure.

    <11>May  1 12:00:00 srv app: java.lang.IllegalStateException: no
        at a.b.C.d(C.java:1)
    Caused by: …

Only lines that arrived together are joined, so nothing waits; a line that comes later is a message of its own. What begins
with a priority, a time or a brace never goes on. At most MAX_LINES lines and `limit` bytes.
`formats.multiline` does this for files, where it can look ahead and knows more formats.
"""

import re
from collections.abc import Iterable

from keng.collect.framing import MAX_MESSAGE_BYTES
from keng.model.rejected import Rejected

MAX_LINES = 1000
_TRACEBACK = b"Traceback (most recent call last):"
_CHAINED = re.compile(
    rb"During handling of the above exception|The above exception was the direct cause|Traceback \(most "
)
_GOES_ON = re.compile(
    rb"at (?:async )?[\w$.<>/@ \[\]]{1,512}\(|at /\S{1,512}:\d{1,7}:\d|\.\.\. \d{1,6} (?:more|common)|Caused by: |Suppressed: "
    rb'|--- End of |#\d{1,4} (?:/|\{main\}|\[internal)|File "[^"]{1,512}", line \d'
)
_THROWN = re.compile(
    rb"[A-Za-z_$][\w.$]{0,255}(?:Error|Exception|Throwable|Failure|Interrupt|Exit|Warning|Operation|DoesNotExist)(?:: |:?$)"
)
_OWN = re.compile(
    rb"<\d{1,3}>|\d{4}-\d\d-\d\d|[\[{]|\d{1,8} <|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d"
)


def continued(messages: Iterable[bytes | Rejected], limit: int = MAX_MESSAGE_BYTES) -> list[bytes | Rejected]:
    """The messages, those that go on with the one before joined to it by a line feed."""
    found: list[bytes | Rejected] = []
    parts: list[bytes] = []
    size = 0
    traceback = False
    for message in messages:
        if isinstance(message, Rejected):
            _end(parts, found)
            found.append(message)
            continue
        fits = bool(parts) and len(parts) < MAX_LINES and size + len(message) < limit
        goes_on = fits and not _OWN.match(message) and _belongs(message, traceback, len(parts))
        if not goes_on:
            _end(parts, found)
            size, traceback = 0, False
        parts.append(message)
        size += len(message) + 1
        traceback = message.endswith(_TRACEBACK) or (
            traceback and (not _THROWN.match(message) or _CHAINED.match(message) is not None)
        )
    _end(parts, found)
    return found


def _belongs(message: bytes, traceback: bool, lines: int) -> bool:
    if traceback or _GOES_ON.match(message) or _CHAINED.match(message):
        return True
    return lines == 1 and _THROWN.match(message) is not None


def _end(parts: list[bytes], found: list[bytes | Rejected]) -> None:
    if parts:
        found.append(parts[0] if len(parts) == 1 else b"\n".join(parts))
        parts.clear()
