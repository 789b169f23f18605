"""Web access log entries to Sigma's webserver names. The log does not tell which server wrote it: no product."""

import re
from typing import Any

from keng.model.event import LogSource
from keng.normalise.http import WEBSERVER, add_agent, add_uri, host_of
from keng.normalise.parts import Parts
from keng.normalise.verdict import add_verdict
from keng.normalise.when import clf_us, iso_us

_SOURCE = LogSource("", "", WEBSERVER)
_PROXY = LogSource("squid", "", ("proxy",))
_SQUID = re.compile(r"\b((?:TCP|UDP|NONE)_[A-Z_]{3,40}):(?:HIER_|[A-Z_]{4,32})")
_PORT = re.compile(r":\d{1,5}$")
_NAMES = (
    ("client", "c-ip"),
    ("client", "src_ip"),
    ("user", "cs-username"),
    ("method", "cs-method"),
    ("protocol", "cs-version"),
    ("referer", "cs-referer"),
    ("status", "sc-status"),
    ("bytes", "sc-bytes"),
    ("vhost", "cs-host"),
)


def web_parts(record: dict[str, Any]) -> Parts:
    """One access log entry."""
    fields: dict[str, Any] = {name: record[raw] for raw, name in _NAMES if raw in record}
    vhost = str(record.get("vhost", ""))
    host = _PORT.sub("", vhost)
    if host:
        fields["cs-host"] = host
    if "x_forwarded_for" in record:
        fields["x-forwarded-for"] = record["x_forwarded_for"]
    if "uri" in record:
        secure = vhost.endswith(":443") or "tls_version" in record
        add_uri(fields, record["uri"], host, "https" if secure else "http")
    elif "request" in record:
        fields["cs-uri"] = record["request"]
    add_agent(fields, record.get("user_agent"))
    source = _SOURCE
    if squid := _SQUID.search(str(record.get("rest", ""))):
        # Squid's "combined" layout.
        fields["action"], source = squid[1], _PROXY
        fields["cs-host"] = host_of(str(record.get("uri", "")))
        add_verdict(fields)
    stamp = record["timestamp"]
    return Parts(fields, source, clf_us(stamp) or iso_us(stamp), str(record.get("@host") or host))
