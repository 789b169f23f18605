"""OpenCanary, a honeypot: logtype, logdata.…, src_host; beside them src_ip, src_port, dst_ip, User."""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.clock import device_us
from keng.normalise.flatten import flatten
from keng.normalise.parts import Parts
from keng.normalise.verdict import renamed

_SOURCE = LogSource("opencanary", "", ("application",))
_NAMES = (
    ("src_host", "src_ip"),
    ("dst_host", "dst_ip"),
    ("logdata.USERNAME", "User"),
    ("logdata.HOSTNAME", "cs-host"),
)


def opencanary_parts(record: dict[str, Any]) -> Parts:
    """One entry."""
    fields = flatten(record)
    host = str(fields.pop("@host", "") or fields.get("node_id", ""))
    fields.update(renamed(fields, _NAMES))
    time_us = device_us(str(record.get("utc_time") or record.get("local_time") or ""))
    return Parts(fields, _SOURCE, time_us, host)
