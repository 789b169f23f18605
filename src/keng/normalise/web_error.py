"""Error logs of nginx and Apache: Sigma's services nginx and apache, category webserver where a request is named."""

from typing import Any

from keng.model.event import LogSource
from keng.model.time_zone import time_zone
from keng.normalise.clock import device_us
from keng.normalise.http import WEBSERVER, add_uri
from keng.normalise.parts import Parts
from keng.normalise.verdict import renamed
from keng.normalise.when import in_zone

_NAMES = (
    ("client", "c-ip"), ("client", "src_ip"), ("method", "cs-method"), ("referer", "cs-referer"), ("host", "cs-host"),
    ("vhost", "cs-host"), ("user", "User"),
)  # fmt: skip


def web_error_parts(own: dict[str, Any]) -> Parts:
    """One entry."""
    fields = {**own, **renamed(own, _NAMES)}
    if isinstance(uri := own.get("uri"), str):
        add_uri(fields, uri, str(fields.get("cs-host", "")))
    source = LogSource("", str(own.get("server", "")), WEBSERVER if "uri" in own else ())
    time_us = device_us(str(own.get("timestamp", "")))
    if zone := own.get("zone"):
        # PHP names it.
        time_us = in_zone(time_us, time_zone(str(zone)))
    return Parts(fields, source, time_us)
