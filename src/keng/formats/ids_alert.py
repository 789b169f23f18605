"""Alerts of Suricata and Snort as text: fast.log, alert_fast, and the same as a message in syslog.

    11/24/2026-10:11:12.123456  [**] [1:2019401:3] ET MALWARE x [**] [Classification: …] [Priority: 1] {TCP} 203.0.113.9:80 -> 10.1.2.3:5000
    [1:2019401:3] ET MALWARE x [Classification: …] [Priority: 1] {TCP} 203.0.113.9:80 -> 10.1.2.3:5000

Fields: timestamp, gid, signature_id, rev, signature, category, priority, proto, src_ip, src_port, dst_ip, dst_port, action.
"""

import re
from typing import Any

_LINE = re.compile(
    r"(?:(\d\d/\d\d(?:/\d{2,4})?-\d\d:\d\d:\d\d\.\d{1,6}) {1,2})?(?:\[(Drop|wDrop)\] )?(?:\[\*\*\] )?\[(\d{1,10}):(\d{1,10}):(\d{1,10})\] "
    r"\"?([^\n]{1,1024}?)\"?(?: \[\*\*\])?(?: \[Classification: ([^\]\n]{0,255})\])? ?\[Priority: (\d{1,3})\]:? {1,2}"
    r"[{<]([A-Za-z0-9:\-]{1,32})[}>] ([0-9A-Fa-f.:]{2,45}?)(?::(\d{1,5}))? -> ([0-9A-Fa-f.:]{2,45}?)(?::(\d{1,5}))?\s*$"
)
_NAMES = (
    "timestamp", "action", "gid", "signature_id", "rev", "signature", "category", "priority", "proto", "src_ip", "src_port",
    "dst_ip", "dst_port",
)  # fmt: skip
_NUMBERS = frozenset(("gid", "signature_id", "rev", "priority", "src_port", "dst_port"))


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one alert; None if it is something else."""
    if (
        " -> " not in text[:4096]
        or "[Priority: " not in text[:4096]
        or not (match := _LINE.match(text[:4096]))
    ):
        return None
    return {
        name: int(value) if name in _NUMBERS else value
        for name, value in zip(_NAMES, match.groups(), strict=True)
        if value
    }
