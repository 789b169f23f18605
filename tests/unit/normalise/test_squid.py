"""Squid events."""

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.normalise import to_event

REFERENCE_US = 1_717_200_000_000_000


def event(raw: str) -> Event:
    item = parse_record(raw.encode())
    assert isinstance(item, Record), item
    return to_event(item, REFERENCE_US)


def test_a_request_is_a_proxys() -> None:
    found = event("1714564800.5 250 10.0.0.9 TCP_DENIED/403 9 GET http://x.example:8080/a an HIER_NONE/- -")
    assert found.logsource == ("squid", "", ("proxy",)) and found.time_us == 1_714_564_800_500_000
    assert (found.fields["cs-host"], found.fields["dst_port"], found.fields["blocked"]) == (
        "x.example",
        8080,
        True,
    )


def test_tunnels_have_a_host_only() -> None:
    found = event(
        "1714564800.5 250 10.0.0.9 TCP_TUNNEL/200 9 CONNECT x.example:443 - HIER_DIRECT/192.0.2.1 -"
    )
    assert (found.fields["cs-host"], found.fields["dst_ip"], found.fields["dst_port"]) == (
        "x.example",
        "192.0.2.1",
        443,
    )
