"""JSON that no format knows: flat with dots, so that rules on its own names, keywords and searches can read it.

Its time, host, user and addresses are taken from the names that such records usually have for them; what it is stays open.
"""

from functools import lru_cache
from typing import Any, NamedTuple

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


class _Layout(NamedTuple):
    """Which of the usual names records with the same keys have. renamed: (our name, theirs), best first."""

    renamed: tuple[tuple[str, str], ...]
    times: tuple[str, ...]
    hosts: tuple[str, ...]


@lru_cache(maxsize=4096)
def _layout(keys: tuple[str, ...]) -> _Layout:
    have = frozenset(keys)
    return _Layout(
        tuple((ours, name) for ours, names in _NAMES if ours not in have for name in names if name in have),
        tuple(name for name in _TIMES if name in have),
        tuple(name for name in _HOSTS if name in have),
    )


def other_parts(record: dict[str, Any]) -> Parts:
    """One object."""
    fields = flatten(record)
    layout = _layout(tuple(fields))
    for ours, name in layout.renamed:
        if ours not in fields and (value := fields[name]) and isinstance(value, str | int):
            fields[ours] = value
    time_us = next((found for name in layout.times if (found := _time(fields[name]))), 0)
    host = next((named for name in layout.hosts if (named := fields[name])), "")
    return Parts(fields, LogSource(), time_us, host if isinstance(host, str) else "")


def _time(value: Any) -> int:
    return epoch_us(value) or (device_us(value) if isinstance(value, str) and value else 0)
