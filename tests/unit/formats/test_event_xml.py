"""Event XML inside a line."""

from keng.formats.event_xml import carries, parse_text
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
