"""RouterOS events."""

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.normalise import to_event

REFERENCE_US = 1_717_200_000_000_000


def event(raw: str) -> Event:
    item = parse_record(raw.encode())
    assert isinstance(item, Record), item
    return to_event(item, REFERENCE_US)


def test_the_prefix_of_a_rule_tells_the_action() -> None:
    found = event(
        "firewall,info DROP-SSH input: in:a out:b, proto TCP (SYN), 10.0.0.9:5->192.0.2.1:22, len 60"
    )
    assert found.logsource == ("mikrotik", "firewall", ("firewall",))
    assert (found.fields["action"], found.fields["blocked"]) == ("drop", True)


def test_logons_are_the_systems() -> None:
    found = event("system,error,critical login failure for user an from 10.0.0.9 via ssh")
    assert found.logsource == ("mikrotik", "system", ()) and found.fields["User"] == "an"
