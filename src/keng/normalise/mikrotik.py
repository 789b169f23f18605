"""MikroTik RouterOS: the packet filter as category firewall, the rest under the first topic as service.

The filter does not say what it did; only the prefix that the administrator gave to the rule can: a known word in it
("drop", "ACCEPT-LAN") is the action.
"""

import re
from typing import Any

from keng.model.event import LogSource
from keng.normalise.clock import device_us
from keng.normalise.parts import Parts
from keng.normalise.verdict import add_verdict, renamed

_VERDICT = re.compile(r"(drop|deny|reject|block|accept|allow|forward|pass)", re.IGNORECASE)


def mikrotik_parts(own: dict[str, Any]) -> Parts:
    """One message."""
    fields = {**own, **renamed(own, (("protocol", "proto"), ("user", "User"), ("target", "TargetUser")))}
    time_us = device_us(str(own.get("timestamp", "")))
    topics = own.get("topics") or [""]
    if "dst_ip" not in own:
        return Parts(fields, LogSource("mikrotik", str(topics[0])), time_us, str(own.get("identity", "")))
    if word := _VERDICT.search(str(own.get("prefix", ""))):
        fields["action"] = word[1].lower()
    add_verdict(fields)
    return Parts(
        fields, LogSource("mikrotik", "firewall", ("firewall",)), time_us, str(own.get("identity", ""))
    )
