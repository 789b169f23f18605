"""Huawei VRP and H3C Comware: after a syslog header, which carries a year and the device's name.

    May  1 2024 12:00:00 core-1 %%01BGP/3/STATE_CHG_UPDOWN(l)[12]:The status of the peer 10.0.0.1 changed …
    %%10SHELL/5/SHELL_LOGIN(l): an logged in from 10.0.0.9.

Fields: module, severity, brief, message (with the tag), and what "(name=value, …)" at the end says.
"""

import re
from typing import Any

_TAG = re.compile(
    r"%%(\d\d)([A-Z][A-Z0-9_\-]{0,31})/(\d)/([A-Z0-9_\-]{1,64})(?:\(([a-z])\))?(?:\[\d{1,10}\])?: ?"
)
_PAIR = re.compile(r"([A-Z][A-Za-z]{1,40})=(\"[^\"\n]{0,512}\"|[^,;)\n]{1,512})")
_FROM = re.compile(r"\bfrom ((?:[0-9]{1,3}\.){3}[0-9]{1,3})")
_MAX_PAIRS = 64
_LOOKED_AT = 128


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of a message with a tag near its beginning; None for others."""
    place = text.find("%%", 0, _LOOKED_AT)
    match = _TAG.match(text, place) if place >= 0 else None
    if not match:
        return None
    fields: dict[str, Any] = {
        "module": match[2],
        "severity": int(match[3]),
        "brief": match[4],
        "message": text[place:],
    }
    rest = text[match.end() : match.end() + 4096]
    for number, pair in enumerate(_PAIR.finditer(rest)):
        if number >= _MAX_PAIRS:
            break
        fields.setdefault(pair[1], pair[2].strip('"').strip())
    if source := _FROM.search(rest):
        fields["src_ip"] = source[1]
    return fields
