"""Web access log entries."""

from keng.normalise.web import web_parts


def test_the_names_of_webserver_rules() -> None:
    parts = web_parts(
        {
            "vhost": "www.tinh.example:80",
            "client": "10.0.0.9",
            "user": "an",
            "timestamp": "01/May/2024:12:00:00 +0700",
            "request": "GET /a.php?x=1 HTTP/1.1",
            "method": "GET",
            "uri": "/a.php?x=1",
            "protocol": "HTTP/1.1",
            "status": 404,
            "bytes": 12,
            "referer": "https://r.example/",
            "user_agent": "curl/8",
        }
    )
    assert parts.logsource.categories == ("webserver",) and parts.time_us == 1_714_539_600_000_000
    assert parts.fields["cs-method"] == "GET" and parts.fields["sc-status"] == 404
    assert parts.fields["c-ip"] == parts.fields["src_ip"] == "10.0.0.9"
    assert parts.fields["c-uri"] == "http://www.tinh.example/a.php?x=1"
    assert parts.fields["cs-user-agent"] == "curl/8" and parts.fields["cs-username"] == "an"


def test_a_request_that_is_no_http_is_the_uri() -> None:
    parts = web_parts({"client": "::1", "timestamp": "", "request": "\\x16\\x03", "@host": "web-1"})
    assert parts.fields["cs-uri"] == "\\x16\\x03" and parts.host == "web-1" and parts.time_us == 0
