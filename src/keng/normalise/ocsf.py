"""Hot columns of an event: which of a source's fields is the user, the process, the address, … A table and one pass.

A value is taken as the source wrote it. Of several fields for one column the first in the table that is not empty
wins: a logon's user is the account that logs on, not the machine that reports it.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from keng.model.event import Event
from keng.model.hot_columns import HotColumns, HotTable
from keng.normalise.ocsf_class import FAILURE, SUCCESS, Classification, classify

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


def hot_table(events: Sequence[Event]) -> HotTable:
    """The hot columns of some events, all with the same fields in the same order. A hot path: whole columns at a time.

    Pure; reads `fields`, `logsource` and `class_uid`.
    """
    number = len(events)
    columns: list[Sequence[Any]] = [(empty,) * number for empty in _EMPTY]
    candidates, outcome = _candidates(tuple(events[0].fields))
    maps = [event.fields for event in events]
    for place, is_number, names in candidates:
        columns[place] = _best(maps, names, _ports if is_number else _texts)
    classes = _classes(events, columns[0])
    if outcome or any(one.class_uid == 4002 and not one.activity_id for one in set(classes)):
        classes = [_told(one, fields, outcome) for one, fields in zip(classes, maps, strict=True)]
    uids, activities, statuses = zip(*classes, strict=True)
    if any(event.class_uid for event in events):
        uids = tuple([event.class_uid or uid for event, uid in zip(events, uids, strict=True)])
    return (uids, activities, statuses, *columns)


def _best(
    maps: Sequence[dict[str, Any]],
    names: tuple[str, ...],
    read: Callable[[list[Any]], tuple[Sequence[Any], bool]],
) -> Sequence[Any]:
    """Of each event the first of these fields that says something."""
    values, complete = read([fields[names[0]] for fields in maps])
    if complete or len(names) == 1:
        return values
    found = list(values)
    missing = [n for n, value in enumerate(found) if not value]
    for name in names[1:]:
        others, _complete = read([maps[n][name] for n in missing])
        for n, value in zip(missing, others, strict=True):
            found[n] = value
        missing = [n for n in missing if not found[n]]
        if not missing:
            break
    return found


def _texts(values: list[Any]) -> tuple[Sequence[str], bool]:
    """Values as texts, "" for those that say nothing; and whether all say something."""
    texts = _plain_texts(values)
    if _NOTHING.isdisjoint(texts):
        return texts, True
    return ["" if text in _NOTHING else text for text in texts], False


def _ports(values: list[Any]) -> tuple[Sequence[int], bool]:
    """Values as ports, 0 for those that are none; and whether all are."""
    ports = [_port(text) for text in _plain_texts(values)]
    return ports, 0 not in ports


def _plain_texts(values: list[Any]) -> list[str]:
    kinds = set(map(type, values))
    if kinds == {str}:
        return values
    return list(map(str, values)) if kinds == {int} else [_plain(value) for value in values]


def _classes(events: Sequence[Event], codes: Sequence[str]) -> list[Classification]:
    logsource = events[0].logsource
    if all(event.logsource is logsource for event in events):
        known = {code: classify(logsource, code) for code in set(codes)}
        return [known[code] for code in codes]
    return [classify(event.logsource, code) for event, code in zip(events, codes, strict=True)]


def _told(one: Classification, fields: dict[str, Any], outcome: str) -> Classification:
    """With what the event's own fields tell of its activity and outcome."""
    activity, status = one.activity_id, one.status_id
    if one.class_uid == 4002 and not activity:
        activity = _METHODS.get(str(fields.get("cs-method", "")).upper(), 99)
    if outcome and not status:
        status = _OUTCOMES.get(str(fields[outcome]).lower(), 0)
    return Classification(one.class_uid, activity, status)


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


@lru_cache(maxsize=65536)
def _port(text: str) -> int:
    return int(text) if len(text) <= 5 and text.isascii() and text.isdigit() and int(text) <= 65535 else 0
