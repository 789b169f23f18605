"""Cisco services."""

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
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
