"""CEF and LEEF: their own names stay; beside them Sigma's generic names and, by what the event says, its category.

firewall    src_ip, src_port, dst_ip, dst_port, action, proto, blocked      two addresses and an action
proxy       c-uri, cs-method, cs-host, c-useragent, …                       a URL
antivirus   Signature, Filename                                             a label or name of malware
CEF's labelled extras (cs1Label=Virus Name cs1=X) are also fields under their label. The product is Sigma's name of a
device that SigmaHQ has rules for, else none.
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.clock import device_us
from keng.normalise.http import add_agent, add_uri
from keng.normalise.parts import Parts
from keng.normalise.verdict import add_verdict, number, renamed
from keng.normalise.when import epoch_us

_NAMES = (
    ("src", "src_ip"), ("sourceAddress", "src_ip"), ("srcip", "src_ip"),
    ("dst", "dst_ip"), ("destinationAddress", "dst_ip"), ("dstip", "dst_ip"),
    ("spt", "src_port"), ("srcPort", "src_port"), ("sourcePort", "src_port"),
    ("dpt", "dst_port"), ("dstPort", "dst_port"), ("destinationPort", "dst_port"),
    ("proto", "proto"), ("act", "action"), ("action", "action"), ("deviceAction", "action"),
    ("suser", "User"), ("usrName", "User"), ("duser", "User"), ("accountName", "User"),
    ("requestMethod", "cs-method"), ("method", "cs-method"), ("dhost", "cs-host"), ("domain", "cs-host"),
    ("out", "cs-bytes"), ("in", "sc-bytes"), ("filePath", "Filename"), ("fname", "Filename"), ("fileName", "Filename"),
    ("fileHash", "Hashes"),
)  # fmt: skip
_SIGNATURES = (
    "virus name", "virusname", "virus", "malware name", "malwarename", "malware", "threat name", "threatname", "threat",
    "signature", "detection name", "detectionname",
)  # fmt: skip
_HANDLED = frozenset((
    "delete", "deleted", "quarantine", "quarantined", "clean", "cleaned", "passed", "terminate", "terminated", "deny access",
    "disinfected", "removed",
))  # fmt: skip
_PRODUCTS = (
    ("fortigate", "fortigate"), ("palo alto", "paloalto"), ("cisco", "cisco"), ("juniper", "juniper"), ("huawei", "huawei"),
)  # fmt: skip
_TIMES = ("rt", "end", "start", "deviceReceiptTime", "devTime", "art", "FTNTFGTeventtime")
_AGENTS = ("requestClientApplication", "userAgent", "User-Agent")


def cef_parts(own: dict[str, Any]) -> Parts:
    """One CEF or LEEF event."""
    fields = dict(own)
    _labels(own, fields)
    for name, value in renamed(own, _NAMES).items():
        fields[name] = number(value) if name.endswith("_port") else value
    categories: list[str] = []
    if _signature(fields) or _named_malware(own, fields):
        categories.append("antivirus")
    if "src_ip" in fields and "dst_ip" in fields and "action" in fields:
        categories.append("firewall")
    url = own.get("request") or own.get("url") or own.get("requestUrl")
    if isinstance(url, str) and url:
        categories.append("proxy")
        add_uri(fields, url, str(fields.get("cs-host", "")))
        add_agent(fields, next((own[name] for name in _AGENTS if name in own), None))
        if "src_ip" in fields:
            fields["c-ip"] = fields["src_ip"]
    add_verdict(fields)
    vendor = f"{own.get('vendor', '')} {own.get('product', '')}".casefold()
    product = next((name for sign, name in _PRODUCTS if sign in vendor), "")
    host = own.get("dvchost") or own.get("deviceHostName") or own.get("dvc") or ""
    if not host and "antivirus" in categories:
        # Management servers name the computer that was infected.
        host = own.get("dhost") or ""
    return Parts(fields, LogSource(product, "", tuple(sorted(categories))), _time(own), str(host))


def _labels(own: dict[str, Any], fields: dict[str, Any]) -> None:
    for name, label in own.items():
        if (
            name.endswith("Label")
            and isinstance(label, str)
            and 0 < len(label) <= 64
            and (value := own.get(name[:-5]))
        ):
            fields.setdefault(label, value)


def _signature(fields: dict[str, Any]) -> bool:
    for name, value in list(fields.items()):
        if name.casefold() in _SIGNATURES and isinstance(value, str) and value:
            fields.setdefault("Signature", value)
            return True
    return False


def _named_malware(own: dict[str, Any], fields: dict[str, Any]) -> bool:
    """An agent that names the malware as the event, with the file and what it did to it."""
    if own.get("name") and "Filename" in fields and str(fields.get("action", "")).casefold() in _HANDLED:
        fields.setdefault("Signature", own["name"])
        return True
    return False


def _time(own: dict[str, Any]) -> int:
    for name in _TIMES:
        if text := str(own.get(name, "")):
            found = epoch_us(text) or device_us(text)
            if found:
                return found
    return 0
