"""Hot columns of an event: which of a source's fields is the user, the process, the address, … A table and one pass.

A value is taken as the source wrote it. Of several fields for one column the first in the table that is not empty
wins: a logon's user is the account that logs on, not the machine that reports it.
"""

from functools import lru_cache
from typing import Any

from keng.model.event import Event
from keng.model.hot_columns import HotColumns
from keng.normalise.ocsf_class import FAILURE, SUCCESS, classify

# Column → fields that hold it, the best first.
SOURCES: dict[str, tuple[str, ...]] = {
    "code": ("EventID", "event_type", "type", "sc-status", "status_code", "event.code", "event.action"),
    "user": (
        "TargetUserName", "User", "SubjectUserName", "AccountName", "SourceUser", "USER", "acct",
        "cs-username", "username", "user.name", "user", "userName", "userIdentity.userName",
    ),
    "process": (
        "Image", "NewProcessName", "SourceImage", "ProcessName", "Application", "exe", "process.executable",
        "process.name", "program",
    ),
    "command_line": (
        "CommandLine", "ProcessCommandLine", "HostApplication", "process.command_line", "cmdline", "proctitle",
        "COMMAND", "ServiceFileName", "ImagePath",
    ),
    "parent": ("ParentImage", "ParentProcessName", "process.parent.executable", "process.parent.name"),
    "src_ip": (
        "SourceIp", "IpAddress", "SourceAddress", "src_ip", "id.orig_h", "c-ip", "ClientAddress", "ClientIP",
        "rhost", "addr", "source.ip", "client.ip", "saddr", "sourceIPAddress", "srcip",
    ),
    "src_port": ("SourcePort", "IpPort", "src_port", "id.orig_p", "source.port", "client.port", "srcport"),
    "dst_ip": (
        "DestinationIp", "DestAddress", "dst_ip", "id.resp_h", "dest_ip", "s-ip", "destination.ip",
        "server.ip", "dstip",
    ),
    "dst_port": (
        "DestinationPort", "DestPort", "dst_port", "id.resp_p", "dest_port", "s-port", "destination.port",
        "server.port", "dstport",
    ),
    "domain": (
        "QueryName", "query", "DestinationHostname", "dns.question.name", "dns.rrname", "server_name",
        "tls.sni", "cs-host", "http.hostname", "r-dns", "url.domain", "destination.domain",
    ),
    "url": ("c-uri", "cs-uri", "url.full", "url.original", "http.url", "uri", "cs-uri-stem"),
    "file_path": (
        "TargetFilename", "ImageLoaded", "ObjectName", "file.path", "fileinfo.filename", "filename", "Path",
        "Filename",
    ),
    "hash": (
        "Hashes", "Hash", "sha256", "fileinfo.sha256", "file.hash.sha256", "sha1", "fileinfo.sha1", "md5",
        "fileinfo.md5", "ja3", "tls.ja3.hash",
    ),
}  # fmt: skip

_COLUMNS = tuple(HotColumns._fields[3:])  # after class, activity, status
_EMPTY: tuple[str | int, ...] = tuple(HotColumns._field_defaults[column] for column in _COLUMNS)
_NOTHING = frozenset(("", "-", "(null)"))
_OUTCOMES = {
    "success": SUCCESS, "yes": SUCCESS, "true": SUCCESS,
    "failure": FAILURE, "failed": FAILURE, "no": FAILURE, "false": FAILURE,
}  # fmt: skip
_OUTCOME_FIELDS = ("outcome", "res", "success", "auth_success", "event.outcome")
_METHODS = {"CONNECT": 1, "DELETE": 2, "GET": 3, "HEAD": 4, "OPTIONS": 5, "POST": 6, "PUT": 7, "TRACE": 8}


def hot_columns(event: Event) -> HotColumns:
    """The hot columns of one event. Pure; reads `fields` and `logsource`."""
    fields = event.fields
    values = list(_EMPTY)
    candidates, outcome = _candidates(tuple(fields))
    for place, number, names in candidates:
        for name in names:
            value = fields[name]
            if value.__class__ is not str:
                value = _plain(value)
            if number:
                value = _port(value)
                if value:
                    values[place] = value
                    break
            elif value not in _NOTHING:
                values[place] = value
                break
    class_uid, activity, status = classify(event.logsource, str(values[0]))
    if class_uid == 4002 and not activity:
        activity = _METHODS.get(str(fields.get("cs-method", "")).upper(), 99)
    if outcome and not status:
        status = _OUTCOMES.get(str(fields[outcome]).lower(), 0)
    return HotColumns(event.class_uid or class_uid, activity, status, *values)  # type: ignore[arg-type]


@lru_cache(maxsize=4096)
def _candidates(names: tuple[str, ...]) -> tuple[tuple[tuple[int, bool, tuple[str, ...]], ...], str]:
    """Of events with these fields: for each column its place, whether it is a number, and the fields that may fill it.

    And the field that tells the outcome, or "".
    """
    present = frozenset(names)
    found = (
        (place, _EMPTY[place] == 0, tuple(name for name in SOURCES[column] if name in present))
        for place, column in enumerate(_COLUMNS)
    )
    outcome = next((name for name in _OUTCOME_FIELDS if name in present), "")
    return tuple(one for one in found if one[2]), outcome


def _plain(value: Any) -> str:
    """The text of a single value; of a list the first."""
    if isinstance(value, list | tuple):
        return _plain(value[0]) if value else ""
    return "" if value is None else value if isinstance(value, str) else str(value)


def _port(text: str) -> int:
    return int(text) if len(text) <= 5 and text.isascii() and text.isdigit() and int(text) <= 65535 else 0
