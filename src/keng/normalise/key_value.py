"""Lines of pairs without a syslog header: FortiGate, Sophos, SonicWall and other firewalls; else their own names alone.

Time: eventtime (an epoch in any unit), else date and time with tz, else timestamp, time or ts.
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.clock import device_us
from keng.normalise.firewall import from_pairs
from keng.normalise.parts import Parts
from keng.normalise.when import epoch_us

_TIMES = ("timestamp", "time", "ts", "@timestamp", "datetime")
_HOSTS = ("devname", "device_name", "fw", "hostname", "host")


def key_value_parts(own: dict[str, Any]) -> Parts:
    """One line."""
    host = str(next((own[name] for name in _HOSTS if own.get(name)), ""))
    found = from_pairs(own, " ".join(str(value) for value in own.values()) if own.get("logid") else "")
    fields, source = found if found else (dict(own), LogSource())
    return Parts(fields, source, pairs_us(own), host)


def pairs_us(own: dict[str, Any]) -> int:
    """The time that the pairs name; 0 if they name none."""
    digits = str(own.get("eventtime", ""))
    if digits.isdecimal() and len(digits) in (10, 13, 16, 19):
        return epoch_us(int(digits[:16]))
    if "date" in own and "time" in own:
        zone = str(own.get("tz") or own.get("timezone") or "").strip('"')
        return device_us(f"{own['date']} {own['time']}{f' {zone}' if zone[:1] in ('+', '-') else ''}")
    return next((time for name in _TIMES if (time := device_us(str(own.get(name, ""))))), 0)
