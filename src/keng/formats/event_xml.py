"""Windows event XML inside a line: how Sysmon for Linux writes to syslog, and how some agents forward Windows events.

    <Events><Event …>…</Event>…</Events>         also as a document over many lines, as the Event Viewer and wevtutil write it
    <Event><System><Provider Name="Linux-Sysmon" …/><EventID>1</EventID>…</System>
    <EventData><Data Name="Image">/usr/bin/id</Data>…</EventData></Event>

Read by pattern, not by an XML parser: nothing is expanded, and the work is linear. The result has evtx_dump's shape.
"""

import html
import re
from collections.abc import Iterator
from typing import Any

from keng.formats.base import BLOCK, MAX_RECORD, Item, Readable, rejected
from keng.formats.text import decode
from keng.i18n import _
from keng.model.record import Record

_PROVIDER = re.compile(r"""<Provider\s[^<>]*?\bName=["']([^"'<>]{1,256})["']""")
_TIME = re.compile(r"""<TimeCreated\s[^<>]*?\bSystemTime=["']([^"'<>]{1,64})["']""")
_SIMPLE = re.compile(
    r"<(EventID|Version|Level|Task|Opcode|Keywords|EventRecordID|Channel|Computer)\b[^<>]*>([^<>]{0,1024})</"
)
_DATA = re.compile(r"""<Data(?:\s+Name=["']([^"'<>]{0,256})["'])?\s*(?:/>|>([^<]*)</Data>)""")
_PARAM = re.compile(r"<Param>([^<]*)</Param>")
_LEAF = re.compile(r"<([A-Za-z_][\w.\-]{0,127})(?:\s[^<>]*)?>([^<>]{1,65536})</")
_HEAD = re.compile(
    rb"\s{0,64}(?:<\?xml[^>]{0,256}\?>\s{0,64})?(?:<Events\b[^<>]{0,512}>\s{0,64})?<Event(?:\s[^<>]{0,512})?>\s{0,64}<System>"
)
_LINE = re.compile(rb"\s{0,64}<Event[\s>][^\n]{0,262144}</Event>\s{0,8}(?:\n|$)")
_START = re.compile(rb"<Event[\s>]")
_END = b"</Event>"
_NUMBERS = ("EventID", "Version", "Level", "Task", "Opcode", "EventRecordID")


def recognises(head: bytes) -> bool:
    """Begins with an event: one a line, as `wevtutil qe /f:xml` writes them, or a document of them."""
    return _HEAD.match(head) is not None


def by_lines(head: bytes) -> bool:
    """Is each event a line of its own?"""
    return _LINE.match(head) is not None


def read_document(source: Readable) -> Iterator[Item]:
    """Each event of a document over many lines; the position is the line that it begins on. One event in memory."""
    held, line = b"", 1
    while True:
        end = held.find(_END)
        if end >= 0:
            end += len(_END)
            start = _START.search(held, 0, end)
            if start is not None:
                begins = line + held.count(b"\n", 0, start.start())
                event = held[start.start() : end]
                if len(event) > MAX_RECORD:
                    yield rejected(_("an event without an end"), f"line {begins}", event)
                else:
                    yield parse_text(decode(event), begins)
            line += held.count(b"\n", 0, end)
            held = held[end:]
            continue
        if len(held) > MAX_RECORD:
            yield rejected(_("an event without an end"), f"line {line}", held)
            line += held.count(b"\n")
            held = held[-len(_END) :]
        block = source.read(BLOCK)
        if not block:
            break
        held += block
    if _START.search(held):
        yield rejected(_("the file ends in the middle of this event"), f"line {line}", held)


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
    if "<UserData" in body:
        # The provider's own elements; the leaves are the values.
        for name, value in _LEAF.findall(body):
            data.setdefault(name, html.unescape(value))
    unnamed = _values(body, data)
    if unnamed:
        data["Data"] = {"#text": unnamed}
    return Record("windows_evtx", {"Event": {"System": system, "EventData": data}}, position, whole or text)


def data_of(text: str) -> dict[str, Any]:
    """The data of an event that stand alone ("<EventData>…", "<Param>…"): values by name, those without one under Data."""
    data: dict[str, Any] = {}
    unnamed = _values(text, data) or [html.unescape(value) for value in _PARAM.findall(text)]
    if unnamed:
        data["Data"] = unnamed
    return data


def _values(body: str, data: dict[str, Any]) -> list[str]:
    """Put the values with names into `data`, give those without."""
    unnamed: list[str] = []
    for name, value in _DATA.findall(body):
        if name:
            data.setdefault(html.unescape(name), html.unescape(value))
        else:
            unnamed.append(html.unescape(value))
    return unnamed
