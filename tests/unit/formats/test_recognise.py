"""Recognition by content, and reading what was recognised."""

import io

import pytest
from tests.evtx_writer import evtx_file, sysmon_start

from keng.formats.base import StreamError
from keng.formats.recognise import read_file, recognise
from keng.model.record import Record
from keng.model.rejected import Rejected

JSON = b'{"EventID": 1, "Channel": "Security"}\n'


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (evtx_file([sysmon_start(1)])[:65536], "evtx"),
        (JSON * 2, "json"),
        (b"[" + JSON + b"]", "json"),
        (JSON.decode().encode("utf-16"), "json"),
        (b"#separator \\x09\n#fields\tts\n#types\ttime\n1.0\n", "zeek_tsv"),
        (b"type=LOGIN msg=audit(1714539600.1:2): pid=1\n", "auditd"),
        (b'10.0.0.9 - - [01/May/2024:12:00:00 +0700] "GET / HTTP/1.1" 200 5\n', "web_access"),
        (b"Oct 11 22:14:15 srv su: failed\n", "syslog"),
        (b"broken { line\n" + JSON, "json"),
        (b"%PDF-1.7\n", None),
        (b"\x7fELF" + bytes(100), None),
        (b"a,b,c\n1,2,3\n", None),
        (b"", None),
    ],
)
def test_the_content_decides(head: bytes, name: str | None) -> None:
    assert recognise(head) == name


def test_the_name_never_decides() -> None:
    assert recognise(JSON, "log.evtx") == "json"
    assert recognise(b"no log", "Security.evtx") is None


def test_what_is_no_log_is_one_refusal() -> None:
    for data in (b"", b"\x89PNG\r\n" + bytes(5000), b"just some words\n" * 1000):
        (item,) = read_file(io.BytesIO(data))
        assert isinstance(item, Rejected) and item.position == "byte 0"


def test_a_stream_that_breaks_gives_what_came_before_and_says_so() -> None:
    class Breaks:
        def __init__(self) -> None:
            self.blocks = [JSON * 3]

        def read(self, _size: int, /) -> bytes:
            if self.blocks:
                return self.blocks.pop()
            raise StreamError("cut", "byte 99")

    # The head is read before the stream breaks, so a large one is needed.
    items = list(read_file(Breaks()))
    assert isinstance(items[-1], Rejected) and items[-1].position == "byte 99"


def test_utf16_files_are_read_to_the_end() -> None:
    items = list(read_file(io.BytesIO((JSON.decode() * 5000).encode("utf-16"))))
    assert len(items) == 5000 and all(isinstance(item, Record) for item in items)
