"""Proxies and resolvers in the cloud that write JSON: Zscaler's NSS feeds, Cloudflare Gateway's DNS, under Sigma's names."""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.clock import device_us
from keng.normalise.flatten import flatten
from keng.normalise.http import add_agent, add_uri
from keng.normalise.parts import Parts
from keng.normalise.verdict import add_verdict, number, renamed
from keng.normalise.when import epoch_us

_NAMES = (
    ("ClientIP", "src_ip"), ("clientip", "src_ip"), ("cip", "src_ip"), ("SrcIP", "src_ip"), ("serverip", "dst_ip"),
    ("sip", "dst_ip"), ("DstIP", "dst_ip"), ("SrcPort", "src_port"), ("DstPort", "dst_port"), ("requestmethod", "cs-method"),
    ("reqmethod", "cs-method"), ("hostname", "cs-host"), ("host", "cs-host"), ("status", "sc-status"), ("respcode", "sc-status"),
    ("refererURL", "cs-referer"), ("referer", "cs-referer"), ("user", "User"), ("login", "User"), ("Email", "User"),
    ("requestsize", "cs-bytes"), ("responsesize", "sc-bytes"), ("action", "action"), ("ResolverDecision", "action"),
    ("QueryName", "query"), ("QueryTypeName", "record_type"), ("QueryType", "record_type"), ("filename", "Filename"),
)  # fmt: skip
_TIMES = ("datetime", "time", "Datetime", "epochtime", "timestamp", "@timestamp")
_NOTHING = ("None", "NA", "", "-")


def cloud_proxy_parts(record: dict[str, Any]) -> Parts:
    """One request, or one question to the resolver."""
    fields = flatten(record)
    host = str(fields.pop("@host", "") or "")
    found = {
        name: number(value) if name in ("sc-status", "cs-bytes", "sc-bytes") else value
        for name, value in renamed(fields, _NAMES).items()
        if value not in _NOTHING
    }
    fields.update(found)
    decision = str(fields.get("action", "")).casefold()
    if decision.startswith(("block", "allow")) and "ResolverDecision" in record:
        fields["blocked"] = decision.startswith("block")
    add_verdict(fields)
    time = next(
        (us for name in _TIMES if (us := device_us(str(record.get(name, ""))) or epoch_us(record.get(name)))),
        0,
    )
    if "query" in fields:
        return Parts(fields, LogSource("", "", ("dns",)), time, host)
    if isinstance(url := record.get("url"), str) and url:
        scheme = "https" if str(record.get("protocol", "")).casefold() in ("https", "ssl") else "http"
        add_uri(fields, url if "://" in url[:12] else f"{scheme}://{url}", str(fields.get("cs-host", "")))
    add_agent(fields, record.get("useragent") or record.get("ua"))
    if "src_ip" in fields:
        fields["c-ip"] = fields["src_ip"]
    if (threat := record.get("threatname")) and threat not in _NOTHING:
        fields["Signature"] = threat
        return Parts(fields, LogSource("", "", ("antivirus", "proxy")), time, host)
    return Parts(fields, LogSource("", "", ("proxy",)), time, host)
