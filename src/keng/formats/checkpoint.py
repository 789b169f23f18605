"""Check Point's log exporter in its own syslog manner.

    <134>1 2024-05-01T12:00:00Z gw CheckPoint 1234 - [action:"Accept"; src:"10.0.0.5"; dst:"192.0.2.1"; proto:"6";
        s_port:"50000"; service:"443"; time:"1714564800"; …]

Fields: the exporter's own names.
"""

import re
from typing import Any

_START = re.compile(r'\[(?=[A-Za-z_][\w\-]{0,63}:")')
_PAIR = re.compile(r'([A-Za-z_][\w\-]{0,63}):"((?:[^"\\]|\\.)*+)"(?:; ?|\]|$)')
_MAX_PAIRS = 256
_LEAST = 4


def fields_of(message: str) -> dict[str, Any] | None:
    """The fields of one message; None if it is none of Check Point's."""
    if not _START.match(message):
        return None
    fields: dict[str, Any] = {}
    for number, pair in enumerate(_PAIR.finditer(message)):
        if number >= _MAX_PAIRS:
            break
        fields.setdefault(pair[1], pair[2].replace('\\"', '"'))
    return fields if len(fields) >= _LEAST else None
