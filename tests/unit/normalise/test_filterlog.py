"""pfSense events."""

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.normalise import to_event

REFERENCE_US = 1_717_200_000_000_000


def event(raw: str) -> Event:
    item = parse_record(raw.encode())
    assert isinstance(item, Record), item
    return to_event(item, REFERENCE_US)


def test_a_packet_is_a_firewalls() -> None:
    found = event(
        "May  1 12:00:00 pf filterlog: 5,,,1,em0,match,pass,in,4,0x0,,64,1,0,DF,17,udp,60,10.0.0.9,192.0.2.1,5,53,9"
    )
    assert found.logsource == ("pfsense", "filterlog", ("firewall",))
    assert (found.fields["blocked"], found.fields["proto"], found.fields["dst_port"]) == (False, "udp", 53)
