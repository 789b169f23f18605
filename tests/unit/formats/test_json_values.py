"""The incremental splitter."""

import io

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.formats.json_values import Value, split_values, wrapper_start
from keng.model.rejected import Rejected


class Drip:
    """A source that gives `step` bytes at a time."""

    def __init__(self, data: bytes, step: int) -> None:
        self.file = io.BytesIO(data)
        self.step = step

    def read(self, _size: int, /) -> bytes:
        return self.file.read(self.step)


def records(data: bytes, step: int = 1 << 20) -> list[object]:
    return [
        orjson.loads(found.text) if isinstance(found, Value) else "refused"
        for found in split_values(Drip(data, step))
    ]


@pytest.mark.parametrize("step", [1, 7, 1 << 20])
@pytest.mark.parametrize(
    "text",
    [
        b'[{"a":1},{"a":2}]',
        b'[\n  {"a": 1},\r\n  {"a": 2}\n]\n',
        b'{"Events": [{"a":1},{"a":2}], "next": {"page": [1, 2]}, "count": 2}',
        b'{"count": 2, "name": "x]}", "records": [{"a":1},{"a":2}]}',
        b'{"took":1,"hits":{"total":{"value":2},"hits":[{"a":1},{"a":2}]}}',
        b'{\n "a": 1\n}\n{\n "a": 2\n}\n',
        b'{"Records":[{"a":1}]}\n{"Records":[{"a":2}]}\n',
        b'\x1e{"a":1}\n\x1e{"a":2}\n',
    ],
)
def test_records_come_out_of_arrays_wrappers_and_printed_objects(text: bytes, step: int) -> None:
    assert records(text, step) == [{"a": 1}, {"a": 2}]


def test_brackets_inside_strings_are_text() -> None:
    assert records(rb'[{"a":"]}\"{["},{"b":"\\"}]') == [{"a": ']}"{['}, {"b": "\\"}]


def test_numbers_count_from_one_and_offsets_from_zero() -> None:
    found = [value for value in split_values(io.BytesIO(b'[ {"a":1}, {"b":2}]')) if isinstance(value, Value)]
    assert [(value.number, value.offset) for value in found] == [(1, 2), (2, 11)]


def test_a_broken_record_is_refused_and_the_next_line_goes_on() -> None:
    found = records(b'[\n{"a": {"b": 1},\n{"c": 3},\n{"d": ]},\n{"e": 5}\n]')
    assert found == ["refused", {"c": 3}, "refused", {"e": 5}]


def test_an_array_that_is_cut_gives_what_was_whole() -> None:
    found = list(split_values(io.BytesIO(b'[{"a":1},{"a":2},{"a":')))
    assert [type(each) for each in found] == [Value, Value, Rejected, Rejected][: len(found)]
    assert isinstance(found[2], Rejected) and found[2].position == "record 3, byte 17"


def test_a_record_over_the_limit_is_refused_with_its_place() -> None:
    data = b'[{"a":"' + b"x" * 3_000_000 + b'"},\n{"b":1}]'
    found = list(split_values(Drip(data, 1 << 16), limit=1_000_000))
    assert isinstance(found[0], Rejected) and found[0].position.startswith("record 1, byte 1")
    assert isinstance(found[1], Value) and found[1].text == b'{"b":1}'


def test_deep_nesting_is_refused() -> None:
    (found, *_rest) = list(split_values(io.BytesIO(b'[{"a":' + b"[" * 5000)))
    assert isinstance(found, Rejected)


def test_an_event_with_an_array_is_no_wrapper() -> None:
    assert not wrapper_start(b'{"EventID": 1, "tags": [{"a": 1}]}')
    assert not wrapper_start(b'{"tags": [], "EventID": 1}')
    assert wrapper_start(b'{"events": []}')


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.text(max_size=5), JSON, max_size=3), max_size=6), st.integers(1, 40))
def test_every_array_splits_into_its_elements(values: list[dict[str, object]], step: int) -> None:
    assert records(orjson.dumps(values), step) == values


@given(st.binary(max_size=200), st.integers(1, 20))
def test_no_input_breaks_the_splitter(data: bytes, step: int) -> None:
    for prefix in (b"", b"[", b'{"events":['):
        for found in split_values(Drip(prefix + data, step)):
            assert isinstance(found, Value | Rejected)
