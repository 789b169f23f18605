"""Access logs in JSON to Sigma's webserver names: nginx and Apache by their usual names, Caddy, Traefik, Cloudflare."""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.clock import device_us
from keng.normalise.flatten import flatten
from keng.normalise.http import WEBSERVER, add_agent, add_uri
from keng.normalise.parts import Parts
from keng.normalise.verdict import add_verdict, number
from keng.normalise.when import clf_us, epoch_us

_NAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "c-ip",
        (
            "http_x_real_ip",
            "remote_addr",
            "remote_ip",
            "clientip",
            "client_ip",
            "request.client_ip",
            "request.remote_ip",
            "ClientHost",
            "ClientIP",
        ),
    ),
    (
        "cs-method",
        ("request_method", "method", "verb", "request.method", "RequestMethod", "ClientRequestMethod"),
    ),
    (
        "uri",
        (
            "request_uri",
            "uri",
            "path",
            "request.uri",
            "RequestPath",
            "url",
            "ClientRequestURI",
            "ClientRequestPath",
        ),
    ),
    (
        "cs-host",
        ("http_host", "host", "vhost", "server_name", "request.host", "RequestHost", "ClientRequestHost"),
    ),
    (
        "sc-status",
        (
            "status",
            "response",
            "DownstreamStatus",
            "OriginStatus",
            "EdgeResponseStatus",
            "OriginResponseStatus",
        ),
    ),
    (
        "sc-bytes",
        ("body_bytes_sent", "bytes_sent", "bytes", "size", "DownstreamContentSize", "EdgeResponseBytes"),
    ),
    (
        "cs-referer",
        (
            "http_referer",
            "http_referrer",
            "referer",
            "referrer",
            "request.headers.Referer",
            "request_Referer",
            "ClientRequestReferer",
        ),
    ),
    (
        "agent",
        (
            "http_user_agent",
            "user_agent",
            "agent",
            "request.headers.User-Agent",
            "request_User-Agent",
            "ClientRequestUserAgent",
            "UserAgent",
        ),
    ),
    ("cs-username", ("remote_user", "user", "auth", "user_id", "ClientUsername")),
    ("cs-version", ("server_protocol", "protocol", "request.proto", "RequestProtocol")),
    ("cs-cookie", ("http_cookie", "request.headers.Cookie")),
    ("cs-content-type", ("content_type", "request.headers.Content-Type")),
)
_TIMES = (
    "time_iso8601",
    "@timestamp",
    "timestamp",
    "ts",
    "time",
    "msec",
    "StartUTC",
    "time_local",
    "EdgeStartTimestamp",
    "Datetime",
)
_SOURCE = LogSource("", "", WEBSERVER)


def web_json_parts(record: dict[str, Any]) -> Parts:
    """One request."""
    fields = flatten(record)
    host = str(fields.pop("@host", "") or "")
    found = {name: value for name, sources in _NAMES if (value := _value(fields, sources)) is not None}
    line = record.get("request")
    if isinstance(line, str) and "uri" not in found:
        method, _blank, rest = line.partition(" ")
        uri, _blank, version = rest.rpartition(" ")
        found.setdefault("cs-method", method)
        found["uri"] = uri or rest
        if version.startswith("HTTP/"):
            found.setdefault("cs-version", version)
    uri = found.pop("uri", None)
    agent = found.pop("agent", None)
    if isinstance(query := fields.get("ClientRequestQuery"), str) and isinstance(uri, str) and "?" not in uri:
        uri += query if query[:1] in ("?", "") else f"?{query}"
    if "ClientRequestMethod" in fields and (action := fields.get("Action") or fields.get("SecurityAction")):
        found["action"] = action
        add_verdict(found)
    for name in ("sc-status", "sc-bytes"):
        if name in found:
            found[name] = number(found[name])
    fields.update(found)
    if isinstance(uri, str):
        add_uri(fields, uri, str(found.get("cs-host", "")))
    add_agent(fields, agent)
    if "c-ip" in found:
        fields["src_ip"] = found["c-ip"]
    return Parts(fields, _SOURCE, _time(fields), host or str(found.get("cs-host", "")))


def _value(fields: dict[str, Any], names: tuple[str, ...]) -> Any:
    for name in names:
        value = fields.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if value not in (None, "", "-") and isinstance(value, str | int | float):
            return value
    return None


def _time(fields: dict[str, Any]) -> int:
    for name in _TIMES:
        value = fields.get(name)
        if time := epoch_us(value) or (isinstance(value, str) and (clf_us(value) or device_us(value))):
            return int(time)
    return 0
