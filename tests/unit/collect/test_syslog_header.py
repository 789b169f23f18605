import time

import pytest

from keng.collect.syslog_header import read_head


@pytest.mark.parametrize(
    ("message", "hostname"),
    [
        (b"<34>1 2026-11-03T01:02:03.5Z dc01.bv.vn app 12 ID47 - hello", "dc01.bv.vn"),
        (b"<34>1 - - - - - - hello", ""),
        (b"<34>Nov  3 01:02:03 fw1 app[12]: hello", "fw1"),
        (b"<34>Nov 13 01:02:03 10.1.2.3 app: hello", "10.1.2.3"),
        (b"Nov 13 01:02:03 fw1 app: hello", "fw1"),
        (b"<34>2026-11-03T01:02:03+07:00 fw1 app: hello", "fw1"),
        (b"<34>no header at all", ""),
        (b"%ASA-6-302013: Built", ""),
        (b"", ""),
        (b"\xff\xfe\x00", ""),
    ],
)
def test_the_host_name_is_read(message: bytes, hostname: str) -> None:
    assert read_head(message) == (hostname, "", message)


def test_the_token_is_read_and_blanked() -> None:
    message = b'<34>1 2026-11-03T01:02:03Z h a - - [x@1 y="z"][keng@32473 token="keng_secret"] hello'
    head = read_head(message)
    assert (head.hostname, head.token) == ("h", "keng_secret")
    assert head.message == message.replace(b"keng_secret", b"***")


def test_a_token_in_the_text_of_another_format_is_not_looked_for() -> None:
    message = b'<34>Nov  3 01:02:03 h a: [keng@1 token="keng_x"]'
    assert read_head(message).token == ""


def test_hostile_headers_take_no_time() -> None:
    started = time.monotonic()
    for message in (
        b"<34>1 " + b"a " * 100_000,
        b"<34>1 - - - - - [" + b"[keng" * 50_000,
        b"<1>" + b" " * 200_000,
    ):
        read_head(message)
    assert time.monotonic() - started < 0.5
