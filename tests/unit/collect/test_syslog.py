from keng.collect.ports import Sender
from keng.collect.syslog import sort
from keng.model.rejected import Rejected

from .conftest import TOKEN, MemoryDoor

PEER = ("10.0.0.9", 514)


def test_messages_are_sorted_by_source_in_order(door: MemoryDoor) -> None:
    lines = [b"<1>Nov  3 01:02:03 %b a: %d" % (host, n) for n, host in enumerate([b"dc01", b"fw01", b"dc01"])]
    batches = sort(door, "syslog_tcp", PEER, lines, 5)
    assert [(b.source, b.agency, b.records) for b in batches] == [
        ("dc", "hospital", (lines[0], lines[2])),
        ("fw", "district", (lines[1],)),
    ]
    assert {(b.peer, b.received_us, b.transport) for b in batches} == {("10.0.0.9:514", 5, "syslog_tcp")}


def test_an_unknown_sender_is_refused_with_the_reason(door: MemoryDoor) -> None:
    assert sort(door, "syslog_udp", PEER, [b"<1>Nov  3 01:02:03 nobody a: x"], 5) == []
    ((sender, transport, refused),) = door.refused
    assert (sender, transport) == (None, "syslog_udp")
    assert "nobody" in refused.reason


def test_a_token_in_structured_data_names_the_source_and_is_not_kept(door: MemoryDoor) -> None:
    line = b'<1>1 2026-11-03T01:02:03Z nobody a - - [keng@1 token="%b"] x' % TOKEN.encode()
    (batch,) = sort(door, "syslog_tcp", PEER, [line], 5)
    assert batch.source == "winlog"
    assert TOKEN.encode() not in batch.records[0]


def test_the_address_names_the_source_before_the_host_name(door: MemoryDoor) -> None:
    door.addresses["10.0.0.9"] = Sender("relay", "hospital")
    (batch,) = sort(door, "syslog_tcp", PEER, [b"<1>Nov  3 01:02:03 fw01 a: x"], 5)
    assert batch.source == "relay"


def test_a_refused_message_is_counted_for_its_source(door: MemoryDoor) -> None:
    sort(door, "syslog_tcp", PEER, [Rejected("too long", "byte 9", b"<1>Nov  3 01:02:03 fw01 a: xxx")], 5)
    ((sender, _transport, refused),) = door.refused
    assert sender == Sender("fw", "district")
    assert refused.reason == "too long"
