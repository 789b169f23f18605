"""Name servers."""

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.normalise import to_event

REFERENCE_US = 1_717_200_000_000_000


def event(raw: str) -> Event:
    item = parse_record(raw.encode())
    assert isinstance(item, Record), item
    return to_event(item, REFERENCE_US)


PACKET = "5/1/2024 12:00:00 PM 0E3C PACKET  00000000028657F0 UDP {} 10.0.0.9  0002 {} [0001   D   NOERROR] A  (1)a(7)example(0)"


def test_the_client_is_the_source_whichever_way_the_packet_goes() -> None:
    asked, answered = event(PACKET.format("Rcv", "  Q")), event(PACKET.format("Snd", "R Q"))
    assert asked.fields["src_ip"] == answered.fields["src_ip"] == "10.0.0.9"
    assert event(PACKET.format("Snd", "  Q")).fields["dst_ip"] == "10.0.0.9"
    assert asked.logsource.categories == ("dns",) and asked.fields["query"] == "a.example"
    assert asked.time_us == 1_714_564_800_000_000


def test_bind_and_dnsmasq() -> None:
    found = event(
        "01-May-2024 12:00:00.000 queries: info: client 10.0.0.9#5 (a.example): query: a.example IN TXT + (192.0.2.1)"
    )
    assert found.logsource.categories == ("dns",) and found.fields["src_ip"] == "10.0.0.9"
    found = event("May  1 12:00:00 gw dnsmasq[1]: query[A] a.example from 10.0.0.9")
    assert found.logsource == ("linux", "syslog", ("dns",)) and found.fields["record_type"] == "A"
    assert (
        event(
            "May  1 12:00:00 gw dnsmasq-dhcp[1]: DHCPACK(br0) 10.0.0.9 aa:bb:cc:dd:ee:ff"
        ).logsource.categories
        == ()
    )
