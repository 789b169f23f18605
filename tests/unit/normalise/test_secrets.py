import pytest

from keng.model.event import Event, LogSource
from keng.normalise.privacy import REMOVED, redact

WEB = LogSource("", "", ("webserver",))


def masked(uri: str, source: LogSource = WEB) -> Event:
    return redact(
        Event({"cs-uri": uri, "cs-uri-query": uri.partition("?")[2]}, source, raw=f'"GET {uri} HTTP/1.1"')
    )


@pytest.mark.parametrize(
    ("uri", "kept"),
    [
        ("/l?user=an&password=Mat%40Khau1", "/l?user=an&password=[…]"),
        ("/l?pwd=a&pin=1234&x=2", "/l?pwd=[…]&pin=[…]&x=2"),
        ("/cb#x?access_token=ey.J-0_1", "/cb#x?access_token=[…]"),
        ("http://an:khoa@a.example/x", "http://an:[…]@a.example/x"),
    ],
)
def test_a_secret_in_an_address_is_masked_wherever_it_stands(uri: str, kept: str) -> None:
    event = masked(uri)
    assert event.fields["cs-uri"] == kept
    assert kept in event.raw
    assert "cs-uri" in event.fields[REMOVED]


@pytest.mark.parametrize(
    "uri", ["/l?password=%27%20or%201=1", "/l?pwd=${jndi:ldap://x}", "/l?pin=<script>", "/a?page=../../etc/passwd", "/x?spin=1"]
)  # fmt: skip
def test_what_rules_have_to_see_stays(uri: str) -> None:
    event = masked(uri)
    assert event.fields["cs-uri"] == uri
    assert REMOVED not in event.fields


def test_events_that_are_no_requests_are_not_looked_at() -> None:
    event = Event({"CommandLine": "curl x?password=abc"}, LogSource("linux", "", ("process_creation",)))
    assert redact(event) is event
