"""The Sigma names of an HTTP request, shared by web servers, proxies and network sensors.

webserver: cs-method, cs-uri, cs-uri-stem, cs-uri-query, cs-host, cs-user-agent, cs-referer, cs-username,
cs-version, sc-status, sc-bytes, c-ip.  proxy: the same with c-uri (absolute where the host is known),
c-uri-query, c-uri-stem, c-uri-extension, c-useragent.
"""

from typing import Any

WEBSERVER = ("webserver",)
ON_THE_WIRE = ("proxy", "webserver")


def add_uri(fields: dict[str, Any], uri: str, host: str = "", scheme: str = "http") -> None:
    """Split a request's URI into the names that rules use. Percent escapes stay as they are."""
    fields["cs-uri"] = uri
    path = uri
    if "://" in uri[:12]:
        rest = uri.split("://", 1)[1]
        slash = rest.find("/")
        path = rest[slash:] if slash >= 0 else "/"
        fields["c-uri"] = uri
    else:
        fields["c-uri"] = f"{scheme}://{host}{uri}" if host and uri[:1] == "/" else uri
    stem, question, query = path.partition("?")
    fields["cs-uri-stem"] = fields["c-uri-stem"] = stem
    if question:
        fields["cs-uri-query"] = fields["c-uri-query"] = query
    name = stem.rsplit("/", 1)[-1]
    if "." in name:
        fields["c-uri-extension"] = name.rsplit(".", 1)[-1]


def host_of(url: str) -> str:
    """The host of an absolute URL, or of the "host:port" of a CONNECT."""
    host = url.split("://", 1)[-1].split("/", 1)[0].rpartition("@")[2]
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() else host


def add_agent(fields: dict[str, Any], agent: Any) -> None:
    """The user agent under both its names."""
    if agent is not None:
        fields["cs-user-agent"] = fields["c-useragent"] = agent
