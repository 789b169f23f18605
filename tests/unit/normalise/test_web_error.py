"""Error logs."""

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.normalise import to_event

REFERENCE_US = 1_717_200_000_000_000


def event(raw: str) -> Event:
    item = parse_record(raw.encode())
    assert isinstance(item, Record), item
    return to_event(item, REFERENCE_US)


def test_nginx_and_apache_are_services() -> None:
    found = event(
        '2024/05/01 12:00:00 [error] 1#2: *3 x, client: 10.0.0.9, request: "GET /a?b=1 HTTP/1.1", host: "h"'
    )
    assert found.logsource == ("", "nginx", ("webserver",)) and found.fields["cs-uri-query"] == "b=1"
    assert found.time_us == 1_714_564_800_000_000
    assert event("[Wed May 01 12:00:00 2024] [error] [client 10.0.0.9] x").logsource == ("", "apache", ())
