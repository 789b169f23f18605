"""Name servers' logs to Sigma's category dns: query, record_type, answer, src_ip.

Windows DNS debug log   product windows, service dns-server-debug; a received query and a sent answer count
BIND                    product linux, service syslog; denied transfers keep outcome "failure"
dnsmasq                 product linux, service syslog; leases have no category
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.clock import device_us, local_us
from keng.normalise.parts import Parts
from keng.normalise.verdict import renamed

_DNS = ("dns",)
_WINDOWS = LogSource("windows", "dns-server-debug", _DNS)
_BIND_QUERY = LogSource("linux", "syslog", _DNS)
_SYSLOG = LogSource("linux", "syslog")


def windows_dns_parts(own: dict[str, Any]) -> Parts:
    """One packet of the debug log."""
    fields = dict(own)
    time_us = local_us(str(own.get("date", "")), str(own.get("clock", "")))
    if "query" not in own:
        return Parts(fields, LogSource("windows", "dns-server-debug"), time_us)
    side = "src_ip" if (own.get("direction") == "Rcv") is not own.get("response") else "dst_ip"
    fields[side] = own.get("remote_ip", "")
    return Parts(fields, _WINDOWS, time_us)


def bind_parts(own: dict[str, Any]) -> Parts:
    """One message of named."""
    fields = {
        **own,
        **renamed(own, (("client", "src_ip"), ("client_port", "src_port"), ("server_ip", "dst_ip"))),
    }
    source = _BIND_QUERY if "query" in own and "record_type" in own else _SYSLOG
    return Parts(fields, source, device_us(str(own.get("timestamp", ""))))


def dnsmasq_parts(own: dict[str, Any]) -> Parts:
    """One message of dnsmasq."""
    fields = {**own, **renamed(own, (("client", "src_ip"), ("client_port", "src_port")))}
    return Parts(fields, _BIND_QUERY if "query" in own else _SYSLOG)
