"""Firewall lines."""

import pytest

from keng.normalise.firewall import firewall_fields

FORTIGATE = (
    'date=2024-05-01 time=12:00:00 tz="+0700" devname="fw-01" logid="0000000013" type="traffic" subtype="forward" '
    'srcip=10.0.0.9 srcport=65046 dstip=192.0.2.1 dstport=443 proto=6 action="deny" msg="a \\"b\\" c=d"'
)


def test_fortigate_traffic() -> None:
    found = firewall_fields(FORTIGATE)
    assert found is not None
    fields, source = found
    assert source == ("fortigate", "traffic", ("firewall",))
    assert (fields["src_ip"], fields["src_port"], fields["dst_ip"], fields["dst_port"]) == (
        "10.0.0.9",
        65046,
        "192.0.2.1",
        443,
    )
    assert (fields["action"], fields["proto"], fields["blocked"]) == ("deny", "tcp", True)
    assert fields["msg"] == 'a "b" c=d' and fields["srcip"] == "10.0.0.9"


def test_fortigate_events_have_no_category() -> None:
    found = firewall_fields('devname="fw" logid="1" type="event" action="Edit" cfgpath="system.admin"')
    assert found is not None and found[1] == ("fortigate", "event", ())


def test_iptables_takes_its_verdict_from_the_prefix() -> None:
    found = firewall_fields(
        "[12.3] DROP-IN: IN=eth0 OUT= SRC=10.0.0.9 DST=2001:db8::1 LEN=40 PROTO=UDP SPT=5 DPT=53"
    )
    assert found is not None
    assert found[1] == ("linux", "iptables", ("firewall",))
    assert found[0]["action"] == "drop" and found[0]["blocked"] is True


@pytest.mark.parametrize(
    "message",
    ["", "a=b", "a=1 b=2 c=3 d=4", "src=me dst=you a=1 b=2 c=3", "user=x from=y to=z size=5 relay=q"],
)
def test_other_pairs_are_no_firewall(message: str) -> None:
    assert firewall_fields(message) is None


def test_hostile_lines_end_quickly() -> None:
    assert firewall_fields('a="' * 100_000) is None
    assert firewall_fields("a=" * 100_000) is None
