"""CEF and LEEF events."""

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.normalise import to_event

REFERENCE_US = 1_717_200_000_000_000


def event(raw: str) -> Event:
    item = parse_record(raw.encode())
    assert isinstance(item, Record), item
    return to_event(item, REFERENCE_US)


def test_a_filter_is_a_firewall() -> None:
    found = event(
        "CEF:0|v|p|1|2|n|3|src=10.0.0.9 dst=192.0.2.1 spt=5 dpt=22 act=Deny proto=TCP rt=1714564800000 dvchost=fw"
    )
    assert found.logsource.categories == ("firewall",)
    assert (found.fields["dst_port"], found.fields["blocked"], found.host) == (22, True, "fw")
    assert found.time_us == 1_714_564_800_000_000


def test_a_label_names_its_value_and_malware_is_antivirus() -> None:
    found = event("CEF:0|v|p|1|2|n|3|cs1Label=Threat Name cs1=Mimikatz fname=x.exe")
    assert found.logsource.categories == ("antivirus",)
    assert (found.fields["Signature"], found.fields["Filename"]) == ("Mimikatz", "x.exe")


def test_a_url_is_a_proxys() -> None:
    found = event(
        "CEF:0|v|p|1|2|n|3|request=http://x.example/a?b=1 requestMethod=GET requestClientApplication=curl/8"
    )
    assert found.logsource.categories == ("proxy",)
    assert (found.fields["c-uri"], found.fields["c-useragent"]) == ("http://x.example/a?b=1", "curl/8")


def test_known_vendors_are_products() -> None:
    assert event("LEEF:1.0|Palo Alto Networks|PAN-OS|1|x|src=10.0.0.9").logsource.product == "paloalto"
