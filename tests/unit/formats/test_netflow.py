import struct
import time

import pytest
from tests.flow_writer import PLAIN, address, ipfix, one_set, plain, template, v5, v9

from keng.formats import netflow
from keng.formats.netflow import MAX_DOMAINS, MAX_TEMPLATES, NetflowDecoder
from keng.formats.record import parse_record
from keng.model.record import Record
from keng.model.rejected import Rejected

EXPORTER = "10.9.9.9"


def flows(data: bytes, decoder: NetflowDecoder | None = None) -> list[Record | Rejected]:
    return list((decoder or NetflowDecoder()).decode(EXPORTER, data))


def good(data: bytes, decoder: NetflowDecoder | None = None) -> list[Record]:
    found = flows(data, decoder)
    assert all(isinstance(item, Record) for item in found), found
    return [item for item in found if isinstance(item, Record)]


def test_version_5_gives_each_flow() -> None:
    one, two = good(v5("10.0.0.5", "10.0.0.6"))
    assert one.fields["netflow"] == {
        "version": 5, "exporter": EXPORTER, "domain": 7, "exported": 1_714_539_600, "uptime": 3_600_000, "template": 0,
    }  # fmt: skip
    assert (one.fields["sourceIPv4Address"], two.fields["sourceIPv4Address"]) == ("10.0.0.5", "10.0.0.6")
    assert (one.fields["destinationTransportPort"], one.fields["octetDeltaCount"]) == (443, 4096)


@pytest.mark.parametrize("make", [v9, ipfix])
def test_a_template_may_come_before_after_or_in_another_datagram(make: object) -> None:
    assert callable(make)
    first = 0 if make is v9 else 2
    learn, data = one_set(first, template(256)), one_set(256, plain() + plain("10.0.0.6"))
    assert len(good(make(learn, data))) == len(good(make(data, learn))) == 2
    decoder = NetflowDecoder()
    assert good(make(learn), decoder) == []
    (one, _two) = good(make(data), decoder)
    assert (one.fields["sourceIPv4Address"], one.fields["protocolIdentifier"]) == ("10.0.0.5", 6)


def test_without_its_template_a_set_is_refused_and_kept() -> None:
    (item,) = flows(v9(one_set(256, plain())))
    assert isinstance(item, Rejected)
    assert item.position == "template 256 of domain 1"
    assert plain() in item.raw


def test_templates_of_one_exporter_or_domain_say_nothing_of_another() -> None:
    decoder = NetflowDecoder()
    good(v9(one_set(0, template(256))), decoder)
    assert isinstance(flows(v9(one_set(256, plain()), domain=2), decoder)[0], Rejected)
    other = list(decoder.decode("10.9.9.8", v9(one_set(256, plain()))))
    assert isinstance(other[0], Rejected)
    assert isinstance(flows(ipfix(one_set(256, plain())), decoder)[0], Rejected)


def test_ipfix_withdraws_templates_and_has_lengths_and_vendors_of_its_own() -> None:
    decoder = NetflowDecoder()
    fields = ((8, 4), (82, 65_535), (1, 4, 9), (323, 8))
    flow = address("10.0.0.5") + b"\x04eth0" + b"\1\2\3\4" + struct.pack("!Q", 1_714_539_600_123)
    long = address("10.0.0.6") + b"\xff" + struct.pack("!H", 300) + b"x" * 300 + b"\0" * 12
    (one, two) = good(ipfix(one_set(2, template(300, fields)), one_set(300, flow + long)), decoder)
    assert one.fields["interfaceName"] == "eth0"
    assert one.fields["enterprise_9_1"] == "01020304"
    assert one.fields["observationTimeMilliseconds"] == 1_714_539_600_123
    assert two.fields["interfaceName"] == "x" * 300
    good(ipfix(one_set(2, struct.pack("!HH", 300, 0))), decoder)
    assert isinstance(flows(ipfix(one_set(300, flow)), decoder)[0], Rejected)


def test_what_describes_the_exporter_is_no_flow() -> None:
    v9_options = struct.pack("!HHHHHHH", 257, 4, 4, 1, 4, 34, 4)
    assert good(v9(one_set(1, v9_options), one_set(257, b"\0" * 8))) == []
    ipfix_options = struct.pack("!HHHHHHH", 257, 2, 1, 149, 4, 34, 4)
    assert good(ipfix(one_set(3, ipfix_options), one_set(257, b"\0" * 8))) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"hello, this is no flow at all",
        v5("10.0.0.5")[:-1],
        b"\x00\x05\xff\xff" + b"\0" * 40,
        ipfix(one_set(2, template(256)))[:-1],
        v9(struct.pack("!HH", 256, 3)),
        v9(struct.pack("!HH", 256, 60_000)),
        v9(one_set(0, template(256, ((8, 0), (12, 0))))),
        v9(one_set(0, struct.pack("!HH", 256, 600) + b"\0\x08\0\4" * 600)),
        v9(one_set(0, struct.pack("!HHHH", 256, 9, 8, 4))),
        ipfix(one_set(2, struct.pack("!HHHH", 256, 1, 0x8008, 4))),
    ],
)
def test_lengths_that_cannot_be_are_refused_with_their_place(data: bytes) -> None:
    found = flows(data)
    assert found
    assert all(isinstance(item, Rejected) and item.reason and item.position for item in found)


def test_memory_is_bounded_however_many_exporters_and_templates_come() -> None:
    decoder = NetflowDecoder()
    for number in range(MAX_TEMPLATES + 50):
        good(v9(one_set(0, template(256 + number, ((8, 4),)))), decoder)
    for domain in range(MAX_DOMAINS + 50):
        good(v9(one_set(0, template(256, ((8, 4),))), domain=domain), decoder)
    known = decoder._templates
    assert len(known) == MAX_DOMAINS
    assert max(len(templates) for templates in known.values()) <= MAX_TEMPLATES


def test_a_datagram_of_tiny_flows_ends_at_the_limit() -> None:
    data = v9(one_set(0, template(256, ((4, 1),))), one_set(256, b"\6" * 60_000))
    start = time.process_time()
    found = flows(data)
    assert time.process_time() - start < 1
    assert len(found) == netflow.MAX_FLOWS + 1
    assert isinstance(found[-1], Rejected)


def test_a_flow_as_json_is_read_back_as_itself() -> None:
    (text,) = NetflowDecoder().flows_as_json(
        EXPORTER, v9(one_set(0, template(256, PLAIN)), one_set(256, plain()))
    )
    assert isinstance(text, bytes)
    record = parse_record(text)
    assert isinstance(record, Record)
    assert record.format == "netflow"
    assert record.fields["netflow"]["exporter"] == EXPORTER
