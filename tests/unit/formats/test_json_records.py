"""JSON inputs of both kinds."""

import io

import pytest

from keng.formats.json_records import by_lines, read, recognises
from keng.i18n import using
from keng.model.record import Record
from keng.model.rejected import Rejected


def positions(data: bytes) -> list[object]:
    return [
        item.position if isinstance(item, Record) else f"refused {item.position}"
        for item in read(io.BytesIO(data))
    ]


def test_a_line_is_a_record_and_its_number_the_position() -> None:
    assert positions(b'{"a":1}\r\n\r\n{"a":2}\r\n{"a":3}') == [1, 3, 4]


def test_an_array_counts_from_one() -> None:
    assert positions(b'[{"a":1},\n\n{"a":2}]') == [1, 2]


def test_a_damaged_first_line_does_not_hide_that_lines_are_records() -> None:
    assert positions(b'{"a": {"b\n{"a":2}\n{"a":3}\n') == ["refused line 1", 2, 3]


def test_a_damaged_line_in_the_middle_and_a_cut_one_at_the_end_are_reported_alone() -> None:
    assert positions(b'{"a":1}\n{"a":\n{"a":3}\n{"a"') == [1, "refused line 2", 3, "refused line 4"]


def test_lines_that_are_json_but_no_object_are_refused() -> None:
    assert positions(b'{"a":1}\n[1]\n"x"\n') == [1, "refused line 2", "refused line 3"]


@pytest.mark.parametrize(
    ("head", "lines"),
    [
        (b'{"a":1}\n{"b":2}\n', True),
        (b'{"a":1}', True),
        (b'{\n "a": 1\n}', False),
        (b'[{"a":1}]', False),
        (b'{"Events":[{"a":1}]}', False),
        (b'{"Events": [\n{"a":1}\n]}', False),
    ],
)
def test_lines_and_printed_json_are_told_apart(head: bytes, lines: bool) -> None:
    assert by_lines(head) is lines


@pytest.mark.parametrize(
    "head", [b"[Wed Oct 11 14:32:52 2000] [error]", b"{not json}", b"hello", b"", b"<xml/>"]
)
def test_other_text_is_no_json(head: bytes) -> None:
    assert not recognises(head)


def test_the_text_of_a_record_is_kept_as_it_arrived() -> None:
    (item,) = read(io.BytesIO('{ "a" : "Kẻng" }'.encode()))
    assert isinstance(item, Record) and item.raw == '{ "a" : "Kẻng" }'


def test_a_refused_line_keeps_its_beginning() -> None:
    (item,) = read(io.BytesIO(b'{"a": nope}'))
    assert isinstance(item, Rejected) and item.raw == b'{"a": nope}'


def test_the_place_where_json_ends_or_breaks_is_told_in_the_readers_language() -> None:
    with using("vi"):
        cut, wrong = (
            item
            for item in read(io.BytesIO(b'{"a": 1}\n{"a": \n{"a": nothing}\n'))
            if isinstance(item, Rejected)
        )
    assert "6" in cut.reason and "7" in wrong.reason
    assert "unexpected" not in cut.reason + wrong.reason
