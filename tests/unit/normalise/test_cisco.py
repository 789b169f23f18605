"""Cisco services."""

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.model.time_zone import time_zone
from keng.normalise.normalise import to_event

REFERENCE_US = 1_717_200_000_000_000


def event(raw: str) -> Event:
    item = parse_record(raw.encode())
    assert isinstance(item, Record), item
    return to_event(item, REFERENCE_US)


def test_services_by_facility() -> None:
    assert event("%PARSER-5-CFGLOG_LOGGEDCMD: User:an  logged command:no logging").logsource == (
        "cisco",
        "aaa",
        (),
    )
    assert event("%BGP-5-ADJCHANGE: neighbor 10.0.0.9 Down").logsource.service == "bgp"
    assert event("%LDP-5-NBRCHG: LDP Neighbor 10.0.0.9:0 is DOWN").logsource.service == "ldp"
    assert (
        event("%TCP-6-BADAUTH: No MD5 digest from 10.0.0.9(179) to 192.0.2.1(5)").logsource.service == "bgp"
    )
    assert event("%SYS-5-CONFIG_I: x").logsource.service == "syslog"


def test_connections_are_a_firewalls() -> None:
    found = event(
        '%ASA-4-106023: Deny tcp src outside:10.0.0.9/5 dst inside:192.0.2.1/22 by access-group "x"'
    )
    assert found.logsource.categories == ("firewall",)
    assert (found.fields["action"], found.fields["blocked"], found.fields["dst_port"]) == ("deny", True, 22)


def test_a_device_that_names_its_zone_is_read_in_it_whatever_the_centres_is() -> None:
    lines = (
        b"<189>45: *May  1 12:00:00.000 UTC: %SYS-5-CONFIG_I: Configured from console by admin",
        b"<189>May  1 19:00:00 ICT: %ASA-5-111007: Begin configuration: 10.1.1.50 reading from terminal",
        b"<187>2024 May  1 14:00:00.000 CEST: %AUTHPRIV-3-SYSTEM_MSG: x",
    )
    for line in lines:
        record = parse_record(line)
        assert isinstance(record, Record)
        for zone in (None, time_zone("Asia/Ho_Chi_Minh")):
            assert to_event(record, 1_717_200_000_000_000, zone).time_us == 1_714_564_800_000_000
