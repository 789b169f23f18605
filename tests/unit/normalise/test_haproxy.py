from keng.model.event import LogSource
from keng.normalise.haproxy import haproxy_parts


def test_a_request_is_a_web_server_s() -> None:
    found = haproxy_parts(
        {
            "client": "10.0.0.9",
            "method": "GET",
            "uri": "/a?b=1",
            "status": 200,
            "timestamp": "01/May/2024:12:00:00",
        }
    )
    assert found.logsource == LogSource("", "haproxy", ("webserver",))
    assert (found.fields["cs-uri-query"], found.fields["src_ip"]) == ("b=1", "10.0.0.9")
    assert found.time_us == 1_714_564_800_000_000


def test_a_connection_has_no_category() -> None:
    assert haproxy_parts({"client": "10.0.0.9"}).logsource.categories == ()
