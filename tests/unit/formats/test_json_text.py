"""One JSON text, strict or as real shippers write it."""

import orjson
import pytest

from keng.formats.json_text import load


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b'{"a": "tab\there"}', {"a": "tab\there"}),
        (b'{"a": "\xe1"}', {"a": "\ufffd"}),
        (rb'{"a": "\ud800x"}', {"a": "\ufffdx"}),
        (b'{"a": NaN, "b": [Infinity]}', {"a": None, "b": [None]}),
    ],
)
def test_what_shippers_write_is_taken_and_can_be_written_again(raw: bytes, value: object) -> None:
    assert load(raw) == value
    assert orjson.loads(orjson.dumps(load(raw))) == value


@pytest.mark.parametrize("raw", [b"", b"{", b'{"a": }', b"[1,", b"nul", b'{"a": 1} x', b"[" * 5000])
def test_what_is_no_json_says_what_is_wrong(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        load(raw)
