"""W3C extended log files: IIS, FTP, Exchange's web services, Blue Coat proxies, the Windows firewall (pfirewall.log).

    #Software: Microsoft Internet Information Services 10.0
    #Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) … sc-status …
    2024-05-01 12:00:00 192.0.2.1 GET /a.aspx x=1 443 - 10.0.0.1 Mozilla/5.0+(…) - 200 0 0 15

A line is read by the last #Fields line of its source; `Record.format` is "w3c_extended" and after a blank these column
names, so that the next line, which arrives alone, is read by the hint. Without any, the default layouts of IIS and of the Windows firewall are tried
by number and kind of columns. Exchange's logs have commas between columns and values (CSV). Values: "-" is absent, quoted values may hold blanks. Fields: the columns' own names;
of a directive "#directive" and "value".
"""

import csv
import re
from typing import Any

NAME = "w3c_extended"
DIRECTIVE = "#directive"
MAX_COLUMNS = 128
_DIRECTIVE = re.compile(
    r"#(Software|Version|Log-[Tt]ype|Date|Start-Date|End-Date|Fields|Remark|Time Format):\s{0,4}(.{0,8192})"
)
_ROW = re.compile(r"\d{4}-\d\d-\d\d[ \t]\d\d:\d\d:\d\d[ \t]")
_TOKEN = re.compile(r'"([^"]*)"|(\S+)')
_METHOD = re.compile(r"[A-Z_\-]{3,20}")
_ADDRESS = re.compile(r"[0-9A-Fa-f.:]{2,45}(?:%\d{1,6})?")
_IIS = (
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status "
    "sc-substatus sc-win32-status time-taken"
)
_FIREWALL = "date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path"
_VERDICTS = frozenset(("ALLOW", "DROP"))
_DEFAULTS = {
    len(names.split()): names
    for names in (
        _IIS,
        _IIS.replace(" cs(Referer)", ""),
        _FIREWALL,
        f"{_FIREWALL} pid",
        # Every column ticked, as many administrators do.
        "date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version "
        "cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken",
    )
}


def directive(text: str) -> tuple[str, str] | None:
    """Name and value of a "#Name: value" line."""
    match = _DIRECTIVE.match(text) if text[:1] == "#" else None
    return (match[1], match[2].strip()) if match else None


def columns_of(hint: str) -> str:
    """The column names inside a hint; "" if there are none."""
    name, _blank, columns = hint.partition(" ")
    return columns if name == NAME else ""


def fields_of(text: str, hint: str = "") -> tuple[str, dict[str, Any]] | None:
    """The record's format (with the column names) and fields; None if it is none of these logs."""
    if text[:1] == "#":
        found = directive(text)
        if not found:
            return None
        columns = _columns(found[1]) if found[0] == "Fields" else columns_of(hint)
        return f"{NAME} {columns}".rstrip(), {DIRECTIVE: found[0], "value": found[1]}
    columns = columns_of(hint)
    if not columns and not _ROW.match(text):
        return None
    if columns[:1] == ",":
        fields = _csv(columns, text)
        return None if fields is None else (f"{NAME} {columns}", fields)
    values = [quoted or plain for quoted, plain in _TOKEN.findall(text)] if '"' in text else text.split()
    if columns:
        fields = _row(columns, values)
        if fields is not None:
            return f"{NAME} {columns}", fields
    columns = _DEFAULTS.get(len(values), "")
    fields = _row(columns, values) if columns and _ROW.match(text) else None
    if fields is None or not (_is_iis(fields) or _is_firewall(fields)):
        return None
    return f"{NAME} {columns}", fields


def _columns(value: str) -> str:
    """The names as they stand in a hint: with blanks between them, or with a comma before each."""
    if "," in value and " " not in value.strip():
        return "".join(f",{name}" for name in value.strip().split(",")[:MAX_COLUMNS])
    return " ".join(value.split()[:MAX_COLUMNS])


def _csv(columns: str, text: str) -> dict[str, Any] | None:
    names = columns[1:].split(",")
    try:
        values = next(csv.reader([text.replace("\0", "")]))
    except (csv.Error, StopIteration):
        return None
    if len(names) != len(values):
        return None
    return {name: value for name, value in zip(names, values, strict=True) if value not in ("", "-")}


def _row(columns: str, values: list[str]) -> dict[str, Any] | None:
    names = columns.split(" ")
    if len(names) != len(values):
        return None
    return {name: value for name, value in zip(names, values, strict=True) if value != "-"}


def _is_firewall(fields: dict[str, Any]) -> bool:
    return (
        fields.get("action", "") in _VERDICTS
        and _ADDRESS.fullmatch(fields.get("src-ip", "")) is not None
        and _ADDRESS.fullmatch(fields.get("dst-ip", "")) is not None
    )


def _is_iis(fields: dict[str, Any]) -> bool:
    return (
        _METHOD.fullmatch(fields.get("cs-method", "")) is not None
        and _ADDRESS.fullmatch(fields.get("s-ip", "")) is not None
        and _ADDRESS.fullmatch(fields.get("c-ip", "")) is not None
        and fields.get("sc-status", "").isdigit()
        and fields.get("s-port", "").isdigit()
    )
