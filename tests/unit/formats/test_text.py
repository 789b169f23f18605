"""Encodings and the head of an input."""

import io

import pytest

from keng.formats.base import HEAD
from keng.formats.text import Rewound, Utf8Source, encoding_of, read_head, utf8_head

TEXT = '{"a": "Kẻng"}\n' * 3


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_the_encoding_is_told_by_content(raw: bytes, encoding: str) -> None:
    assert encoding_of(raw)[0] == encoding
    assert utf8_head(raw).decode() == TEXT


def test_utf16_becomes_utf8_in_pieces_of_any_size() -> None:
    class OneByte:
        def __init__(self, raw: bytes) -> None:
            self.file = io.BytesIO(raw)

        def read(self, _size: int, /) -> bytes:
            return self.file.read(1)

    source = Utf8Source(OneByte("Đà Nẵng 🔔".encode("utf-16-le")), "utf-16-le")
    out = b""
    while piece := source.read(100):
        out += piece
    assert out.decode() == "Đà Nẵng 🔔"


def test_half_a_character_at_the_end_becomes_a_replacement() -> None:
    source = Utf8Source(io.BytesIO("a".encode("utf-16-le") + b"\x41"), "utf-16-le")
    assert (source.read(10) + source.read(10)).decode() == "a\ufffd"


def test_a_head_is_read_whole_and_given_back() -> None:
    data = bytes(range(256)) * 1024
    rest = io.BytesIO(data)
    head = read_head(rest)
    assert len(head) == HEAD
    again = Rewound(head, rest)
    out = b""
    while piece := again.read(10_000):
        out += piece
    assert out == data
