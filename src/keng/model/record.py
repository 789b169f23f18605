"""A record: one log entry read out of bytes by a format, before it has a common meaning."""

from typing import Any

import msgspec


class Record(msgspec.Struct, frozen=True):
    """One parsed log entry.

    format: name of the format in `formats/registry.py` ("evtx", "zeek_tsv", "syslog_rfc5424", …).
    fields: the format's own names and nesting, untouched.
    position: where in the file it stood, 1-based: EVTX record id, line number, array index.
    raw: the entry's text as it arrived ("" where the format is binary).
    """

    format: str
    fields: dict[str, Any]
    position: int
    raw: str = ""
