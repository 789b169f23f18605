"""Text formats and the header they stood in."""

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.normalise import to_event

REFERENCE_US = 1_717_200_000_000_000


def event(raw: str) -> Event:
    item = parse_record(raw.encode())
    assert isinstance(item, Record), item
    return to_event(item, REFERENCE_US)


def test_time_and_host_come_from_the_header_where_the_entry_has_none() -> None:
    found = event(
        "<134>May  1 12:00:00 pf-1 filterlog[1]: 5,,,1,em0,match,block,in,4,0x0,,64,1,0,DF,6,tcp,60,10.0.0.9,192.0.2.1,5,22,0,S,1"
    )
    assert (found.host, found.time_us) == ("pf-1", 1_714_564_800_000_000)
    assert (found.fields["program"], found.fields["facility"], found.parsed) == ("filterlog", 16, True)


def test_the_entrys_own_time_stands_before_the_headers() -> None:
    found = event("May  1 12:00:00 pa-1 1,2024/05/02 12:00:00,s,SYSTEM,x,1,2024/05/02 12:00:00,")
    assert found.time_us == 1_714_651_200_000_000 and found.host == "pa-1"


def test_a_device_that_names_no_year_is_told_by_the_reference() -> None:
    assert event("1: May  1 12:00:00: %SYS-5-CONFIG_I: x").time_us == 1_714_564_800_000_000


def test_the_names_of_columns_are_no_part_of_the_format() -> None:
    assert event("#Fields: date time c-ip").format == "w3c_extended"


def test_a_header_that_is_no_header_does_no_harm() -> None:
    assert to_event(Record("cef", {"@syslog": 5, "vendor": "v"}, 1)).fields == {"vendor": "v"}
