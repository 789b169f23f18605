from keng.normalise.web_json import web_json_parts


def test_each_server_s_names_become_sigma_s() -> None:
    nginx = web_json_parts(
        {
            "time_local": "01/May/2024:12:00:00 +0000",
            "remote_addr": "203.0.113.9",
            "request": "GET /a?b=1 HTTP/1.1",
            "status": "404",
        }
    )
    assert nginx.logsource.categories == ("webserver",)
    assert (nginx.fields["cs-uri-stem"], nginx.fields["cs-uri-query"], nginx.fields["sc-status"]) == (
        "/a",
        "b=1",
        404,
    )
    assert nginx.time_us == 1_714_564_800_000_000
    caddy = web_json_parts(
        {
            "ts": 1714564800.5,
            "request": {
                "remote_ip": "203.0.113.9",
                "method": "GET",
                "uri": "/c",
                "host": "x",
                "headers": {"User-Agent": ["curl"]},
            },
            "status": 200,
        }
    )
    assert (caddy.fields["src_ip"], caddy.fields["cs-user-agent"], caddy.host) == ("203.0.113.9", "curl", "x")


def test_odd_values_do_no_harm() -> None:
    assert web_json_parts({"request": "", "status": [], "remote_addr": None}).time_us == 0
