"""Lines that are pairs from beginning to end, as FortiGate, Sophos, SonicWall and others send them without a header.

    <189>date=2024-05-01 time=12:00:00 devname="fw01" logid="0000000013" type="traffic" srcip=10.0.0.1 …
    id=firewall sn=00401 time="2024-05-01 12:00:00" fw=192.0.2.1 pri=1 src=10.0.0.1:5000:X0 dst=…

The line must begin with a pair and hold at least four. Fields: the pairs' own names.
"""

import re
from typing import Any

from keng.formats.pairs import quoted_pairs

_START = re.compile(r"""\s{0,4}[A-Za-z_][\w.\-]{0,63}=(?:"[^"]*"|[^\s"=,;&?]*)[ ,;]""", re.ASCII)
STARTS = ("date=", "devname=", "device=", "id=firewall", "logver=", "timestamp=", "eventtime=")
"""How the message of such a device begins after a syslog header."""


def fields_of(text: str) -> dict[str, Any] | None:
    """The pairs of one line; None if it is something else."""
    if text.count("=") < 4 or not _START.match(text):
        return None
    pairs = quoted_pairs(text)
    return dict(pairs) if len(pairs) >= 4 else None
