"""Pairs without a header."""

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.normalise import to_event

REFERENCE_US = 1_717_200_000_000_000


def event(raw: str) -> Event:
    item = parse_record(raw.encode())
    assert isinstance(item, Record), item
    return to_event(item, REFERENCE_US)


FORTIGATE = 'date=2024-05-01 time=19:00:00 tz="+0700" devname="fw" logid="1" type="{}" subtype="{}" '


def test_fortigate_events_are_what_sigma_calls_them() -> None:
    found = event(FORTIGATE.format("event", "system") + 'action="Add" cfgpath="system.admin" user="an"')
    assert found.logsource == ("fortigate", "event", ()) and found.host == "fw"
    assert (found.fields["cfgpath"], found.fields["action"], found.fields["User"]) == (
        "system.admin",
        "Add",
        "an",
    )
    assert found.time_us == 1_714_564_800_000_000


def test_the_vpns_process_is_a_product_of_its_own() -> None:
    assert event(FORTIGATE.format("event", "vpn") + 'msg="sslvpnd: x"').logsource == (
        "fortios",
        "sslvpnd",
        (),
    )


def test_malware_is_antivirus() -> None:
    found = event(FORTIGATE.format("utm", "virus") + 'srcip=10.0.0.9 dstip=192.0.2.1 virus="X" filename="f"')
    assert found.logsource.categories == ("antivirus", "firewall") and found.fields["Signature"] == "X"


def test_other_pairs_keep_their_names_and_time() -> None:
    found = event("time=2024-05-01T12:00:00Z level=info msg=x host=app")
    assert found.logsource == ("", "", ()) and found.host == "app" and found.time_us == 1_714_564_800_000_000


def test_epochs_in_any_unit() -> None:
    for digits in ("1714564800", "1714564800000", "1714564800000000", "1714564800000000000"):
        assert event(f"eventtime={digits} a=1 b=2 c=3").time_us == 1_714_564_800_000_000
