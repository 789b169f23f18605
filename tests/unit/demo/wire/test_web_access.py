import json
from collections.abc import Callable

from keng.demo.actions import WebRequest
from keng.demo.wire.moment import Moment
from keng.demo.wire.web_access import web_request

REQUEST = WebRequest(client="198.51.100.1", path="/a?b={n}", status=404, size=0, agent="x")


def test_filebeat_ships_the_line_as_its_message(moment: Callable[[str], Moment]) -> None:
    (document,) = web_request(REQUEST, moment("sogd-web01"))
    assert json.loads(document)["message"] == (
        '198.51.100.1 - - [24/Nov/2025:16:00:00 +0000] "GET /a?b=0 HTTP/1.1" 404 0 "-" "x"'
    )


def test_a_server_without_filebeat_sends_syslog(moment: Callable[[str], Moment]) -> None:
    (line,) = web_request(REQUEST, moment("chuyen-web01"))
    assert line.startswith(b"<190>1 2025-11-24T16:00:00.000Z chuyen-web01 nginx - - - 198.51.100.1 - - [")
