"""PAN-OS events."""

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.normalise import to_event

REFERENCE_US = 1_717_200_000_000_000


def event(raw: str) -> Event:
    item = parse_record(raw.encode())
    assert isinstance(item, Record), item
    return to_event(item, REFERENCE_US)


START = "1,2024/05/01 12:00:00,s,{},{},1,2024/05/01 12:00:00,10.0.0.9,192.0.2.1,0,0,r,an,,a,v,a,b,i,o,l,f,1,1,5,80,0,0,0,tcp,{}"


def test_traffic() -> None:
    found = event(START.format("TRAFFIC", "end", "deny"))
    assert found.logsource == ("paloalto", "traffic", ("firewall",))
    assert (found.fields["src_ip"], found.fields["dst_port"], found.fields["blocked"]) == (
        "10.0.0.9",
        80,
        True,
    )
    assert found.time_us == 1_714_564_800_000_000 and found.host == "s"


def test_threats() -> None:
    url = event(START.format("THREAT", "url", "alert") + ",x.example/a?b=1,1")
    assert (
        url.logsource.categories == ("firewall", "proxy") and url.fields["c-uri"] == "http://x.example/a?b=1"
    )
    assert url.fields["cs-host"] == "x.example"
    virus = event(START.format("THREAT", "virus", "reset-both") + ",x.exe,Mimikatz(1)")
    assert (
        virus.logsource.categories == ("antivirus", "firewall") and virus.fields["Signature"] == "Mimikatz(1)"
    )


def test_the_portal_is_globalprotect() -> None:
    found = event(
        "1,2024/05/01 12:00:00,s,SYSTEM,globalprotect,1,2024/05/01 12:00:00,v,e,o,0,0,general,high,text here"
    )
    assert (
        found.logsource == ("paloalto", "globalprotect", ("appliance",))
        and found.fields["message"] == "text here"
    )
