"""Lines of a stream, whatever the blocks are."""

import io

from hypothesis import given
from hypothesis import strategies as st

from keng.formats.lines import read_lines
from keng.model.rejected import Rejected


class Blocks:
    """Gives its blocks one by one, whatever size is asked for."""

    def __init__(self, blocks: list[bytes]) -> None:
        self.blocks = [block for block in blocks if block]

    def read(self, _size: int, /) -> bytes:
        return self.blocks.pop(0) if self.blocks else b""


def test_crlf_and_empty_lines_are_counted_and_left_out() -> None:
    assert list(read_lines(io.BytesIO(b"a\r\n\n\r\nb\nc"))) == [(1, b"a"), (4, b"b"), (5, b"c")]


def test_a_line_over_the_limit_is_refused_with_its_number_and_the_next_is_read() -> None:
    found = list(read_lines(Blocks([b"a\n", b"x" * 60, b"x" * 60, b"x\nlast\n"]), limit=100))
    assert found[0] == (1, b"a")
    number, refused = found[1]
    assert number == 2 and isinstance(refused, Rejected) and refused.position == "line 2"
    assert found[2] == (3, b"last")


def test_a_long_line_inside_one_block_is_refused_too() -> None:
    found = list(read_lines(io.BytesIO(b"y" * 200 + b"\nz\n"), limit=100))
    assert isinstance(found[0][1], Rejected)
    assert found[1] == (2, b"z")


@given(st.lists(st.binary(max_size=8).map(lambda raw: raw.replace(b"\r", b"")), max_size=12))
def test_how_the_stream_is_cut_into_blocks_changes_nothing(blocks: list[bytes]) -> None:
    whole = list(read_lines(io.BytesIO(b"".join(blocks))))
    assert list(read_lines(Blocks(blocks))) == whole
    lines = b"".join(blocks).split(b"\n")
    assert [line for _, line in whole] == [line.lstrip(b"\0") for line in lines if line.strip(b" \t\0")]


def test_a_line_behind_the_zero_bytes_of_a_power_cut_is_read() -> None:
    data = b"one\n" + bytes(4096) + b"two\r\n" + bytes(10) + b"three"
    assert list(read_lines(io.BytesIO(data))) == [(1, b"one"), (2, b"two"), (3, b"three")]
