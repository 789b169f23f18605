"""Web access log lines."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.formats import web_access
from keng.formats.web_access import carries, parse, recognises
from keng.model.record import Record
from keng.model.rejected import Rejected

COMMON = '10.0.0.9 - an [01/May/2024:12:00:00 +0700] "GET /a.php?x=1 HTTP/1.1" 200 512'


def fields(line: str) -> dict[str, Any]:
    item = parse(line.encode(), 1)
    assert isinstance(item, Record), item
    return item.fields


def test_common() -> None:
    assert fields(COMMON) == {
        "client": "10.0.0.9",
        "user": "an",
        "timestamp": "01/May/2024:12:00:00 +0700",
        "request": "GET /a.php?x=1 HTTP/1.1",
        "method": "GET",
        "uri": "/a.php?x=1",
        "protocol": "HTTP/1.1",
        "status": 200,
        "bytes": 512,
    }


def test_combined_with_vhost_and_what_follows() -> None:
    found = fields(f'www.tinh.example:443 {COMMON} "https://r.example/" "Mozilla/5.0 (\\"x\\")" 0.003 "-"')
    assert found["vhost"] == "www.tinh.example:443"
    assert found["referer"] == "https://r.example/"
    assert found["user_agent"] == 'Mozilla/5.0 ("x")'
    assert found["rest"] == '0.003 "-"'


def test_a_uri_with_blanks_and_no_protocol_is_kept_whole() -> None:
    assert fields(COMMON.replace("/a.php?x=1 HTTP/1.1", "/a b c"))["uri"] == "/a b c"


@pytest.mark.parametrize("request_line", ["\\x16\\x03\\x01", "-", ""])
def test_a_request_that_is_no_http_has_no_method(request_line: str) -> None:
    found = fields(COMMON.replace("GET /a.php?x=1 HTTP/1.1", request_line))
    assert "method" not in found and found["request"] == request_line


def test_ipv6_clients_and_absent_sizes() -> None:
    found = fields('2001:db8::1 - - [01/May/2024:12:00:00 +0000] "HEAD / HTTP/2.0" 304 -')
    assert found["client"] == "2001:db8::1" and "bytes" not in found


@pytest.mark.parametrize("line", [b"", b"GET / HTTP/1.1", COMMON[:40].encode(), b'"' * 5000])
def test_other_text_is_refused(line: bytes) -> None:
    assert isinstance(parse(line, 2), Rejected)
    assert not recognises(line)


def test_most_of_the_first_lines_decide() -> None:
    assert recognises(f"{COMMON}\n{COMMON}\ngarbage\n".encode())
    assert carries(COMMON) and not carries("hello")


_WORDS = st.sampled_from(
    [
        "-",
        "a",
        "10.0.0.1",
        "[",
        "]",
        '"',
        "\\",
        "x y",
        "[01/Jan/2024:00:00:00 +0700]",
        "www.example.vn:443",
        "GET / HTTP/1.1",
    ]
)
_TAIL = st.lists(st.sampled_from(['"', "\\", '\\"', " ", "GET /", "200", "-", "5", "é", "\n"]), max_size=14)


@given(st.lists(_WORDS, max_size=5), st.sampled_from([" +0000", "", ".5 +0700"]), _TAIL)
def test_the_usual_lines_are_read_as_all_others(words: list[str], zone: str, tail: list[str]) -> None:
    for rest in ("".join(tail), '"GET / HTTP/1.1" 200 5' + "".join(tail)):
        text = " ".join([*words, f"[21/Sep/2026:14:13:20{zone}]", rest])
        usual = web_access._USUAL.match(text)
        if usual:
            general = web_access._LINE.match(text)
            assert general
            assert [part or "" for part in usual.groups()] == [part or "" for part in general.groups()]
