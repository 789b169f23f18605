"""Event XML inside a line."""

import io

import pytest

from keng.formats import event_xml
from keng.formats.event_xml import carries, parse_text
from keng.formats.recognise import read_file, recognise
from keng.model.record import Record
from keng.model.rejected import Rejected

LINE = (
    '<Event><System><Provider Name="Linux-Sysmon" Guid="{ff032593}"/><EventID>1</EventID><Version>5</Version>'
    '<TimeCreated SystemTime="2024-05-01T05:00:00.000000000Z"/><EventRecordID>7</EventRecordID>'
    "<Channel>Linux-Sysmon/Operational</Channel><Computer>srv-01</Computer></System><EventData>"
    '<Data Name="Image">/usr/bin/id</Data><Data Name="CommandLine">id &amp;&amp; echo &lt;x&gt;</Data>'
    '<Data Name="Empty"/><Data>unnamed</Data></EventData></Event>'
)


def test_header_and_data_take_the_shape_of_evtx_dump() -> None:
    item = parse_text(LINE, 3, "whole")
    assert isinstance(item, Record) and item.raw == "whole" and item.format == "windows_evtx"
    event = item.fields["Event"]
    assert event["System"]["EventID"] == 1
    assert event["System"]["Provider"]["#attributes"]["Name"] == "Linux-Sysmon"
    assert event["EventData"]["CommandLine"] == "id && echo <x>"
    assert event["EventData"]["Data"] == {"#text": ["unnamed"]}


def test_entities_are_never_expanded() -> None:
    item = parse_text(
        "<Event><System><EventID>1</EventID></System><EventData><Data Name='a'>&x;</Data></EventData>", 1
    )
    assert isinstance(item, Record) and item.fields["Event"]["EventData"]["a"] == "&x;"


def test_xml_without_an_event_id_is_refused() -> None:
    assert isinstance(parse_text("<Event><System></System></Event>", 1), Rejected)
    assert carries(LINE) and not carries("<Event>x") and not carries("hello")


DOCUMENT = b"""<?xml version="1.0" encoding="utf-8"?>
<Events>
<Event xmlns="x">
  <System>
    <Provider Name="Microsoft-Windows-Sysmon"/>
    <EventID>1</EventID>
    <TimeCreated SystemTime="2024-05-01T12:00:00Z"/>
    <Channel>Microsoft-Windows-Sysmon/Operational</Channel>
    <Computer>pc-7</Computer>
  </System>
  <EventData>
    <Data Name="Image">C:\\a.exe</Data>
  </EventData>
</Event><Event xmlns="x"><System><EventID>3</EventID></System><EventData/></Event>
"""


class _Slow:
    """Gives a few bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        self._data, self._size = data, size

    def read(self, _size: int, /) -> bytes:
        taken, self._data = self._data[: self._size], self._data[self._size :]
        return taken


@pytest.mark.parametrize("size", [1, 7, 1000, 100_000])
def test_a_document_of_events_over_many_lines_however_it_arrives(size: int) -> None:
    found = list(event_xml.read_document(_Slow(DOCUMENT, size)))
    assert [
        (one.position, one.fields["Event"]["System"]["EventID"]) for one in found if isinstance(one, Record)
    ] == [(3, 1), (14, 3)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_document_is_recognised_in_any_encoding(encoding: str) -> None:
    data = DOCUMENT.decode().encode(encoding)
    assert recognise(data) == "event_xml"
    assert len(list(read_file(io.BytesIO(data)))) == 2


def test_a_document_that_is_cut_says_so_and_keeps_what_was_whole() -> None:
    first, second = event_xml.read_document(io.BytesIO(DOCUMENT[:-40]))
    assert isinstance(first, Record) and isinstance(second, Rejected) and second.position == "line 14"


def test_an_event_without_an_end_is_refused_and_memory_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_xml, "MAX_RECORD", 10_000)
    data = b"<Event><System>" + b"x" * 50_000 + DOCUMENT
    for size in (1000, len(data)):
        found = list(event_xml.read_document(_Slow(data, size)))
        assert any(isinstance(one, Rejected) for one in found)
        assert isinstance(found[-1], Record)
