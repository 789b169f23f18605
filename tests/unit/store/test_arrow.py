from array import array

import pyarrow as pa
import pytest

from keng.store import arrow
from keng.store.errors import StoreError


def test_ids_are_bytes_and_others_are_named() -> None:
    assert arrow.ids(["00" * 15 + "ff"]).to_pylist() == [bytes(15) + b"\xff"]
    with pytest.raises(StoreError, match="'xyz'"):
        arrow.ids(["00" * 16, "xyz"])


def test_times_are_brought_into_their_range() -> None:
    assert arrow.times([-1, 5, 10**30]).cast(pa.int64()).to_pylist() == [0, 5, arrow.MAX_TIME_US]


def test_lists_and_offsets() -> None:
    assert arrow.lists([("a", "b"), (), ("c",)]).to_pylist() == [["a", "b"], [], ["c"]]
    assert arrow.offsets([2, 0, 1]).to_pylist() == [0, 2, 2, 3]


def test_texts_and_bytes_come_together_as_bytes() -> None:
    parts = [arrow.strings(["a"]), arrow.strings(["x\udcff"]), arrow.strings(["ä"])]
    assert arrow.together(parts).to_pylist() == [b"a", b"x\xff", "ä".encode()]
    assert arrow.together(parts[:1]).type == pa.string()


def test_a_dictionary_has_each_text_once() -> None:
    numbers = arrow.Numbers()
    codes = array("i", [numbers.of(text) for text in ("b", "a", "b")])
    assert arrow.dictionary(codes, numbers).to_pylist() == ["b", "a", "b"]
    assert len(numbers) == 2


def test_a_stream_is_one_batch() -> None:
    table = pa.ipc.open_stream(arrow.stream(["n"], [arrow.strings(["x"])])).read_all()
    assert table.to_pydict() == {"n": ["x"]}
