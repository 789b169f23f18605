"""JSON that no format knows: flat with dots, so that rules on its own names, keywords and searches can read it.

Its time, host, user and addresses are taken from the names that such records usually have for them; what it is stays open.
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.clock import device_us
from keng.normalise.flatten import flatten
from keng.normalise.parts import Parts
from keng.normalise.when import epoch_us

_TIMES = (
    "@timestamp", "timestamp", "time", "ts", "eventTime", "date", "_time", "event_time", "TimeGenerated", "created_at",
    "createdAt", "CreationTime", "Timestamp", "datetime", "Datetime", "When", "eventTimestamp", "logged_at", "start_time",
)  # fmt: skip
_HOSTS = ("@host", "host.name", "hostname", "host", "Hostname", "Computer", "computer", "device_name")
_NAMES = (
    ("User", ("user.name", "username", "user_name", "userName", "user.email", "actor.email", "ActorEmail", "user", "User")),
    ("src_ip", ("source.ip", "src_ip", "client_ip", "clientIp", "client.ip", "remote_ip", "remote_addr", "ip_address",
        "ipAddress", "sourceIPAddress", "source_ip", "srcip", "ActorIP", "actor.ip", "SrcIP")),
    ("dst_ip", ("destination.ip", "dst_ip", "dest_ip", "destination_ip", "dstip", "server_ip", "DstIP")),
    ("src_port", ("source.port", "src_port", "source_port", "srcport")),
    ("dst_port", ("destination.port", "dst_port", "dest_port", "destination_port", "dstport")),
)  # fmt: skip


def other_parts(record: dict[str, Any]) -> Parts:
    """One object."""
    fields = flatten(record)
    for ours, names in _NAMES:
        if ours not in fields:
            for name in names:
                if (value := fields.get(name)) and isinstance(value, str | int):
                    fields[ours] = value
                    break
    time_us = next((found for name in _TIMES if (found := _time(fields.get(name)))), 0)
    host = next((named for name in _HOSTS if (named := fields.get(name))), "")
    return Parts(fields, LogSource(), time_us, host if isinstance(host, str) else "")


def _time(value: Any) -> int:
    return epoch_us(value) or (device_us(value) if isinstance(value, str) and value else 0)
