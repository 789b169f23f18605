"""Windows event XML inside a line: how Sysmon for Linux writes to syslog, and how some agents forward Windows events.

    <Event><System><Provider Name="Linux-Sysmon" …/><EventID>1</EventID>…</System>
    <EventData><Data Name="Image">/usr/bin/id</Data>…</EventData></Event>

Read by pattern, not by an XML parser: nothing is expanded, and the work is linear. The result has evtx_dump's shape.
"""

import html
import re
from typing import Any

from keng.formats.base import Item, rejected
from keng.i18n import _
from keng.model.record import Record

_PROVIDER = re.compile(r"""<Provider\s[^<>]*?\bName=["']([^"'<>]{1,256})["']""")
_TIME = re.compile(r"""<TimeCreated\s[^<>]*?\bSystemTime=["']([^"'<>]{1,64})["']""")
_SIMPLE = re.compile(
    r"<(EventID|Version|Level|Task|Opcode|Keywords|EventRecordID|Channel|Computer)\b[^<>]*>([^<>]{0,1024})</"
)
_DATA = re.compile(r"""<Data(?:\s+Name=["']([^"'<>]{0,256})["'])?\s*(?:/>|>([^<]*)</Data>)""")
_LEAF = re.compile(r"<([A-Za-z_][\w.\-]{0,127})(?:\s[^<>]*)?>([^<>]{1,65536})</")
_HEAD = re.compile(rb"\s{0,64}<Event[\s>][^\n]{0,512}<System>")
_NUMBERS = ("EventID", "Version", "Level", "Task", "Opcode", "EventRecordID")


def recognises(head: bytes) -> bool:
    """Begins with an event: one a line, as `wevtutil qe /f:xml` writes them."""
    return _HEAD.match(head) is not None


def carries(text: str) -> bool:
    """Does this text begin with event XML?"""
    return text.startswith("<Event") and "<System>" in text[:512]


def parse_text(text: str, position: int, whole: str = "") -> Item:
    """One event."""
    head, _end, body = text.partition("</System>")
    system: dict[str, Any] = {}
    for name, value in _SIMPLE.findall(head):
        number = name in _NUMBERS and value.isascii() and value.isdigit() and len(value) < 19
        system[name] = int(value) if number else html.unescape(value)
    if provider := _PROVIDER.search(head):
        system["Provider"] = {"#attributes": {"Name": html.unescape(provider[1])}}
    if time := _TIME.search(head):
        system["TimeCreated"] = {"#attributes": {"SystemTime": time[1]}}
    if "EventID" not in system:
        return rejected(
            _("event XML without an EventID"), f"line {position}", text.encode("utf-8", "replace")
        )
    data: dict[str, Any] = {}
    unnamed: list[str] = []
    if "<UserData" in body:
        # The provider's own elements; the leaves are the values.
        for name, value in _LEAF.findall(body):
            data.setdefault(name, html.unescape(value))
    for name, value in _DATA.findall(body):
        if name:
            data.setdefault(html.unescape(name), html.unescape(value))
        else:
            unnamed.append(html.unescape(value))
    if unnamed:
        data["Data"] = {"#text": unnamed}
    return Record("windows_evtx", {"Event": {"System": system, "EventData": data}}, position, whole or text)
