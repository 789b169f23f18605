"""Signs of compromise out of alerts, without anything that names a victim; and how they are shown. Pure.

Taken from the matched fields of the samples: public addresses, domains, URLs, hashes, file names. Host names,
accounts, internal addresses and command lines stay with the agency that they came from.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from keng.model.alert import Alert
from keng.model.bulletin import Indicator

MAX_INDICATORS = 60
MAX_VALUE = 300
_HASH_LENGTHS = (32, 40, 64)
_HASH = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{32,64}(?![0-9A-Fa-f])")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,10}[A-Za-z]{2,24}")
_URL = re.compile(r"(?:https?|ftp)://[^\s\"'<>|]{3,280}", re.IGNORECASE)
_IP_FIELDS = frozenset(
    {
        "destinationip",
        "dst_ip",
        "dest_ip",
        "id.resp_h",
        "sourceip",
        "src_ip",
        "id.orig_h",
        "c-ip",
        "client_ip",
    }
)
_DOMAIN_FIELDS = frozenset(
    {"destinationhostname", "queryname", "query", "host", "server_name", "cs-host", "domain", "c-uri-host"}
)
_FILE_FIELDS = frozenset(
    {"image", "targetfilename", "originalfilename", "imageloaded", "filename", "newprocessname"}
)
_INTERNAL_SUFFIXES = (".local", ".lan", ".internal", ".corp", ".home", ".arpa", ".localdomain", ".gov.vn")
_COMMON_FILES = frozenset(
    [
        "cmd.exe",
        "powershell.exe",
        "pwsh.exe",
        "svchost.exe",
        "rundll32.exe",
        "regsvr32.exe",
        "wscript.exe",
        "cscript.exe",
        "mshta.exe",
        "vssadmin.exe",
        "wmic.exe",
        "net.exe",
        "net1.exe",
        "schtasks.exe",
        "reg.exe",
        "explorer.exe",
        "winword.exe",
        "excel.exe",
        "outlook.exe",
        "certutil.exe",
        "bitsadmin.exe",
        "wevtutil.exe",
        "bcdedit.exe",
        "lsass.exe",
        "services.exe",
        "whoami.exe",
        "nltest.exe",
    ]
)


def indicators(alerts: Iterable[Alert]) -> tuple[Indicator, ...]:
    """Distinct indicators of the alerts' samples, by kind and value; at most 60."""
    alerts = list(alerts)
    own = {word.lower() for alert in alerts for word in (alert.host, *alert.users) if len(word) > 2}
    found = {
        (one.kind, one.value): one
        for alert in alerts
        for sample in alert.samples
        for name, value in sample.matched.items()
        for one in _from_field(name.lower(), value)
        if not any(word in one.value.lower() for word in own)
    }
    return tuple(found[key] for key in sorted(found)[:MAX_INDICATORS])


def defang(value: str) -> str:
    """So that nothing can be clicked or resolved: `http` → `hxxp`, `.` → `[.]`, `@` → `[@]`."""
    text = re.sub(r"^h(?:tt|xx)p(?=s?:)", "hxxp", value, flags=re.IGNORECASE)
    text = re.sub(r"^hxxpS", "hxxps", text)
    text = text.replace("[.]", ".").replace("[@]", "@")
    return text.replace(".", "[.]").replace("@", "[@]")


def shown(one: Indicator) -> str:
    """The indicator as text for people: defanged where it is an address."""
    return defang(one.value) if one.kind in ("ip", "domain", "url") else one.value


def _from_field(name: str, value: str) -> Iterator[Indicator]:
    value = value[:2_000]
    if name in _IP_FIELDS and _public(value):
        yield Indicator("ip", value)
    if name in _DOMAIN_FIELDS and (domain := value.lower().rstrip(".")) and _foreign(domain):
        yield Indicator("domain", domain)
    if name in _FILE_FIELDS:
        file = re.split(r"[\\/]", value)[-1].strip()
        if 3 < len(file) <= 120 and file.lower() not in _COMMON_FILES:
            yield Indicator("file", file)
    if "hash" in name or name in ("md5", "sha1", "sha256", "imphash"):
        for hit in _HASH.findall(value):
            if len(hit) in _HASH_LENGTHS:
                yield Indicator("hash", hit.lower())
    for url in _URL.findall(value):
        yield from _from_url(url)


def _from_url(url: str) -> Iterator[Indicator]:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return
    if _public(host) or _foreign(host):
        yield Indicator("url", url.rstrip(".,;)")[:MAX_VALUE])


def _public(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_global
    except ValueError:
        return False


def _foreign(domain: str) -> bool:
    """A full domain name that is not one of our own networks' names."""
    return _DOMAIN.fullmatch(domain) is not None and not domain.endswith(_INTERNAL_SUFFIXES)
