"""Web access log entries to Sigma's webserver names. The log does not tell which server wrote it: no product."""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.http import WEBSERVER, add_agent, add_uri
from keng.normalise.parts import Parts
from keng.normalise.when import clf_us

_SOURCE = LogSource("", "", WEBSERVER)
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
    if "uri" in record:
        secure = vhost.endswith(":443")
        host = vhost.removesuffix(":443" if secure else ":80")
        add_uri(fields, record["uri"], host, "https" if secure else "http")
    elif "request" in record:
        fields["cs-uri"] = record["request"]
    add_agent(fields, record.get("user_agent"))
    return Parts(fields, _SOURCE, clf_us(record["timestamp"]), str(record.get("@host") or vhost))
