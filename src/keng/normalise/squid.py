"""Squid's access log to Sigma's proxy names."""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.http import add_uri
from keng.normalise.parts import Parts
from keng.normalise.verdict import add_verdict, renamed
from keng.normalise.when import epoch_us

_SOURCE = LogSource("squid", "", ("proxy",))
_NAMES = (
    ("client", "c-ip"), ("client", "src_ip"), ("method", "cs-method"), ("status", "sc-status"), ("bytes", "sc-bytes"),
    ("user", "cs-username"), ("user", "User"), ("server", "dst_ip"), ("content_type", "sc-content-type"),
    ("result", "action"),
)  # fmt: skip


def squid_parts(own: dict[str, Any]) -> Parts:
    """One entry."""
    fields = {**own, **renamed(own, _NAMES)}
    url = str(own.get("url", ""))
    if own.get("method") == "CONNECT":
        # host:port instead of a URL
        add_uri(fields, url)
        host = url
    elif "://" in url or own.get("method"):
        add_uri(fields, url)
        host = url.split("://", 1)[-1].split("/", 1)[0].rpartition("@")[2]
    else:
        # error:transaction-end-before-headers
        return Parts(fields, _SOURCE, epoch_us(own.get("timestamp")))
    name, colon, port = host.rpartition(":")
    fields["cs-host"] = name if colon and port.isdecimal() else host
    if colon and port.isdecimal() and len(port) < 6:
        fields["dst_port"] = int(port)
    add_verdict(fields)
    return Parts(fields, _SOURCE, epoch_us(own.get("timestamp")))
