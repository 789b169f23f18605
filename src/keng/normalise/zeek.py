"""Zeek entries, TSV and JSON alike: Zeek's own names, and beside them the generic ones of Sigma's categories.

dns     query, answer, record_type                         category dns
http    cs-method, c-uri, cs-host, … (see `http`)          categories proxy and webserver
conn    src_ip, src_port, dst_ip, dst_port                 category firewall
Every entry with an `id` has src_ip, src_port, dst_ip and dst_port. JSON without `_path` is told by its keys.
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.flatten import flatten
from keng.normalise.http import ON_THE_WIRE, add_agent, add_uri
from keng.normalise.parts import Parts
from keng.normalise.when import epoch_us

_PATH_BY_KEY = (
    ("certificate.version", "x509"),
    ("certificate.serial", "x509"),
    ("qtype", "dns"),
    ("query", "dns"),
    ("trans_depth", "http"),
    ("mailfrom", "smtp"),
    ("conn_state", "conn"),
    ("note", "notice"),
    ("auth_attempts", "ssh"),
    ("share_type", "smb_mapping"),
    ("endpoint", "dce_rpc"),
    ("request_type", "kerberos"),
    ("security_protocol", "rdp"),
    ("tunnel_type", "tunnel"),
    ("software_type", "software"),
    ("is_exe", "pe"),
    ("domainname", "ntlm"),
    ("server_name", "ssl"),
    ("ja3", "ssl"),
    ("curve", "ssl"),
    ("assigned_addr", "dhcp"),
    ("client_addr", "dhcp"),
    ("analyzers", "files"),
    ("tx_hosts", "files"),
    ("ref_id", "ntp"),
)
_CATEGORIES: dict[str, tuple[str, ...]] = {"dns": ("dns",), "http": ON_THE_WIRE, "conn": ("firewall",)}
_ENDS = (
    ("id.orig_h", "src_ip"),
    ("id.orig_p", "src_port"),
    ("id.resp_h", "dst_ip"),
    ("id.resp_p", "dst_port"),
)
_UNDOTTED = tuple((raw, raw.replace(".", "_")) for raw, _name in _ENDS)
_HTTP = (
    ("method", "cs-method"),
    ("host", "cs-host"),
    ("referrer", "cs-referer"),
    ("status_code", "sc-status"),
)


def zeek_parts(record: dict[str, Any]) -> Parts:
    """One entry of any Zeek log."""
    fields = flatten(record)
    path = fields.pop("_path", "")
    if not isinstance(path, str) or not path:
        path = _guess(fields)
    host = str(fields.pop("@host", "") or fields.get("_system_name") or "")
    if "id_orig_h" in fields:
        # As pipelines write it that do not like dots.
        fields.update((raw, fields[other]) for raw, other in _UNDOTTED if other in fields)
    for raw, name in _ENDS:
        if raw in fields:
            fields[name] = fields[raw]
    if path == "dns":
        _dns(fields)
    elif path == "http":
        for raw, name in _HTTP:
            if raw in fields:
                fields[name] = fields[raw]
        if "src_ip" in fields:
            fields["c-ip"] = fields["src_ip"]
        if isinstance(uri := fields.get("uri"), str):
            add_uri(fields, uri, str(fields.get("host", "")))
        add_agent(fields, fields.get("user_agent"))
    return Parts(fields, LogSource("zeek", path, _CATEGORIES.get(path, ())), epoch_us(fields.get("ts")), host)


def _dns(fields: dict[str, Any]) -> None:
    if "answers" in fields:
        fields["answer"] = fields["answers"]
    if "qtype_name" in fields:
        fields["record_type"] = fields["qtype_name"]


def _guess(fields: dict[str, Any]) -> str:
    if "action" in fields and str(fields["action"]).startswith("SMB::"):
        return "smb_files"
    for key, path in _PATH_BY_KEY:
        if key in fields:
            return path
    return ""
