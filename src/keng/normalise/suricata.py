"""Suricata EVE entries: EVE's own names with dots, and beside them the generic ones of Sigma's categories.

Every entry has src_ip, src_port, dst_ip, dst_port. The service is the event_type.
dns     query, answer, record_type                     category dns
http    cs-method, c-uri, cs-host, … (see `http`)      categories proxy and webserver
drop, flow, netflow                                    category firewall; drop has action "drop", blocked true
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.flatten import flatten, keep_list
from keng.normalise.http import ON_THE_WIRE, add_agent, add_uri
from keng.normalise.parts import Parts
from keng.normalise.when import epoch_us

_CATEGORIES: dict[str, tuple[str, ...]] = {
    "dns": ("dns",),
    "http": ON_THE_WIRE,
    "drop": ("firewall",),
    "flow": ("firewall",),
    "netflow": ("firewall",),
}
_HTTP = (
    ("http.http_method", "cs-method"),
    ("http.hostname", "cs-host"),
    ("http.http_refer", "cs-referer"),
    ("http.status", "sc-status"),
    ("http.protocol", "cs-version"),
)
_QUERIES = ("dns.rrname", "dns.queries.rrname", "dns.query.rrname")
_TYPES = ("dns.rrtype", "dns.queries.rrtype", "dns.query.rrtype")


def suricata_parts(record: dict[str, Any]) -> Parts:
    """One EVE entry of any event type."""
    fields = flatten(record)
    kind = str(fields.get("event_type", ""))
    if "dest_ip" in fields:
        fields["dst_ip"] = fields["dest_ip"]
    if "dest_port" in fields:
        fields["dst_port"] = fields["dest_port"]
    if kind == "dns":
        _dns(fields)
    elif kind == "drop":
        fields.setdefault("action", "drop")
        fields["blocked"] = True
    if kind == "http" or "http.url" in fields:
        _http(fields)
    host = fields.pop("@host", "") or fields.get("host") or fields.get("sensor_name") or ""
    return Parts(
        fields,
        LogSource("suricata", kind, _CATEGORIES.get(kind, ())),
        epoch_us(fields.get("timestamp")),
        host if isinstance(host, str) else "",
    )


def _first(fields: dict[str, Any], names: tuple[str, ...]) -> Any:
    for name in names:
        if (value := fields.get(name)) is not None:
            return keep_list(value) if isinstance(value, list) else value
    return None


def _dns(fields: dict[str, Any]) -> None:
    if (query := _first(fields, _QUERIES)) is not None:
        fields["query"] = query
    if (kind := _first(fields, _TYPES)) is not None:
        fields["record_type"] = kind
    answers: list[Any] = []
    for name, value in fields.items():
        if name in ("dns.rdata", "dns.answers.rdata") or name.startswith("dns.grouped."):
            answers.extend(value if isinstance(value, list) else [value])
    if answers:
        fields["answer"] = list(dict.fromkeys(str(answer) for answer in answers))


def _http(fields: dict[str, Any]) -> None:
    for raw, name in _HTTP:
        if raw in fields:
            fields[name] = fields[raw]
    if "src_ip" in fields:
        fields["c-ip"] = fields["src_ip"]
    if isinstance(url := fields.get("http.url"), str):
        add_uri(fields, url, str(fields.get("http.hostname", "")))
    add_agent(fields, fields.get("http.http_user_agent"))
