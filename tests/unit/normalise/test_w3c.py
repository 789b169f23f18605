"""W3C rows."""

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.normalise import to_event

REFERENCE_US = 1_717_200_000_000_000


def event(raw: str) -> Event:
    item = parse_record(raw.encode())
    assert isinstance(item, Record), item
    return to_event(item, REFERENCE_US)


def row(fields: str, values: str) -> Event:
    item = parse_record(values.encode(), hint=f"w3c_extended {fields}")
    assert isinstance(item, Record)
    return to_event(item, REFERENCE_US)


def test_iis_is_a_web_server_and_its_agents_get_their_blanks_back() -> None:
    found = row(
        "date time cs-method cs-uri-stem cs-uri-query s-port cs(User-Agent) sc-status",
        "2024-05-01 12:00:00 GET /a.aspx x=1 443 Mozilla/5.0+(x) 500",
    )
    assert found.logsource.categories == ("webserver",) and found.time_us == 1_714_564_800_000_000
    assert (found.fields["cs-uri-query"], found.fields["cs-user-agent"], found.fields["sc-status"]) == (
        "x=1",
        "Mozilla/5.0 (x)",
        500,
    )
    assert found.fields["cs-uri"] == "/a.aspx?x=1"


def test_a_proxy_has_the_whole_uri() -> None:
    found = row(
        "date time c-ip cs-uri-scheme cs-host cs-uri-path cs-uri-query",
        "2024-05-01 12:00:00 10.0.0.9 https x.example /a ?b=1",
    )
    assert found.logsource.categories == ("proxy",) and found.fields["c-uri"] == "https://x.example/a?b=1"


def test_the_windows_firewall() -> None:
    found = row(
        "date time action protocol src-ip dst-ip src-port dst-port",
        "2024-05-01 12:00:00 DROP TCP 10.0.0.9 192.0.2.1 5 445",
    )
    assert found.logsource == ("windows", "", ("firewall",))
    assert (found.fields["blocked"], found.fields["dst_port"]) == (True, 445)


def test_a_directive_has_no_log_source() -> None:
    assert event("#Fields: date time").logsource == ("", "", ())
