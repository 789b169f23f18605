"""W3C extended logs: IIS and FTP as webserver, Blue Coat and its like as proxy, pfirewall.log as firewall.

Own column names are Sigma's; cs(User-Agent) becomes cs-user-agent and c-useragent, with IIS's "+" as blanks again, and
so on for cs(Referer), cs(Cookie), cs(Host). Times are UTC, as the format has it, but for pfirewall.log. Numbers: sc-status, sc-bytes, cs-bytes, s-port, time-taken.
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.clock import device_us
from keng.normalise.http import WEBSERVER, add_agent, add_uri
from keng.normalise.parts import Parts
from keng.normalise.verdict import add_verdict, number, renamed

_NAMES = {
    "cs(User-Agent)": "cs-user-agent", "cs(Referer)": "cs-referer", "cs(Cookie)": "cs-cookie", "cs(Host)": "cs-host",
    "cs(Content-Type)": "cs-content-type", "rs(Content-Type)": "sc-content-type",
}  # fmt: skip
_NUMBERS = ("sc-status", "sc-bytes", "cs-bytes", "s-port", "time-taken", "sc-substatus", "sc-win32-status")
_FIREWALL = (
    ("src-ip", "src_ip"), ("dst-ip", "dst_ip"), ("src-port", "src_port"), ("dst-port", "dst_port"), ("protocol", "proto"),
)  # fmt: skip
_OTHERS = (
    ("original-client-ip", "src_ip"), ("client-ip", "src_ip"), ("ClientIpAddress", "src_ip"), ("c-ip", "src_ip"),
    ("server-ip", "dst_ip"), ("AuthenticatedUser", "User"), ("cs-username", "User"),
)  # fmt: skip
_PROXY_SIGNS = ("cs-uri-scheme", "s-action", "r-ip", "r-host", "s-hierarchy", "c-uri", "sc-filter-result")
_WEB = LogSource("", "", WEBSERVER)
_PROXY = LogSource("", "", ("proxy",))
_WINDOWS_FIREWALL = LogSource("windows", "", ("firewall",))


def w3c_parts(own: dict[str, Any]) -> Parts:
    """One row; a directive has its name and value and no log source."""
    fields = {_NAMES.get(name, name): value for name, value in own.items()}
    time_us = device_us(f"{own.get('date', '')} {own.get('time', '')}".strip()) or device_us(
        str(own.get("date-time", ""))
    )
    if "#directive" in own:
        return Parts(fields, LogSource(), 0)
    if "src-ip" in own and "dst-ip" in own:
        fields.update((name, number(value)) for name, value in renamed(own, _FIREWALL).items())
        fields["action"] = str(own.get("action", "")).lower()
        add_verdict(fields)
        return Parts(fields, _WINDOWS_FIREWALL, time_us)
    time_us = int(time_us)
    for name in _NUMBERS:
        if name in fields:
            fields[name] = number(fields[name])
    if "c-ip" in fields:
        fields["src_ip"] = fields["c-ip"]
    proxy = any(name in own for name in _PROXY_SIGNS)
    if not proxy and "cs-method" not in own and "sc-status" not in own:
        # Exchange's and others' own logs.
        fields.update(renamed(own, _OTHERS))
        return Parts(
            fields, LogSource(), time_us, str(own.get("server-hostname") or own.get("s-computername") or "")
        )
    _uri(fields, own, proxy)
    agent = str(fields.get("cs-user-agent", ""))
    if agent:
        add_agent(fields, agent.replace("+", " ") if "+" in agent and " " not in agent else agent)
    if proxy:
        fields.update(renamed(own, (("r-ip", "dst_ip"), ("s-action", "action"))))
        if "cs-uri-port" in own:
            fields["dst_port"] = number(own["cs-uri-port"])
    return Parts(fields, _PROXY if proxy else _WEB, time_us, str(own.get("s-computername", "")))


def _uri(fields: dict[str, Any], own: dict[str, Any], proxy: bool) -> None:
    if isinstance(whole := own.get("c-uri") or own.get("cs-uri"), str):
        add_uri(fields, whole)
        return
    stem = own.get("cs-uri-stem") or own.get("cs-uri-path")
    if not isinstance(stem, str):
        return
    query = str(own.get("cs-uri-query", "")).removeprefix("?")
    host = str(fields.get("cs-host") or own.get("cs-host") or "")
    add_uri(
        fields,
        f"{stem}?{query}" if query else stem,
        host,
        str(own.get("cs-uri-scheme") or ("https" if str(own.get("s-port")) == "443" else "http")),
    )
    if proxy and host:
        fields["cs-uri"] = fields["c-uri"]
