from keng.formats.haproxy import fields_of


def test_a_request_and_a_connection() -> None:
    request = fields_of(
        '::ffff:10.0.0.9:5000 [01/May/2024:12:00:00.123] in~ app/s 0/0/1/2/3 404 12 - - ---- 1/1/0/0/0 0/0 {x} "GET /a b HTTP/1.1"'
    )
    assert request is not None
    assert (request["client"], request["status"], request["method"], request["uri"]) == (
        "10.0.0.9",
        404,
        "GET",
        "/a b",
    )
    connection = fields_of("10.0.0.9:5000 [01/May/2024:12:00:00.123] in db/<NOSRV> 0/-1/5 0 SC 1/1/0/0/0 0/0")
    assert connection is not None
    assert "status" not in connection
    assert connection["state"] == "SC"


def test_other_messages_are_none() -> None:
    assert fields_of("Proxy http-in started.") is None
