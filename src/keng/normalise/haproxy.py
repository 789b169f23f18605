"""HAProxy in front of web servers: Sigma's webserver names, its own beside them."""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.http import WEBSERVER, add_uri
from keng.normalise.parts import Parts
from keng.normalise.verdict import renamed
from keng.normalise.when import clf_us

_NAMES = (
    ("client", "c-ip"), ("client", "src_ip"), ("client_port", "src_port"), ("method", "cs-method"), ("status", "sc-status"),
    ("bytes", "sc-bytes"), ("protocol", "cs-version"), ("server_ip", "dst_ip"), ("server_port", "dst_port"),
)  # fmt: skip


def haproxy_parts(own: dict[str, Any]) -> Parts:
    """One request or connection."""
    fields = {**own, **renamed(own, _NAMES)}
    if isinstance(uri := own.get("uri"), str):
        add_uri(fields, uri)
    source = LogSource("", "haproxy", WEBSERVER if "uri" in own else ())
    return Parts(fields, source, clf_us(str(own.get("timestamp", ""))))
