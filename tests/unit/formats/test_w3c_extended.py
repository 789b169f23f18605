"""W3C extended logs."""

import io

import pytest

from keng.formats.record import parse_record, read_text
from keng.formats.w3c_extended import columns_of, directive, fields_of
from keng.model.record import Record

FIELDS = "#Fields: date time c-ip cs-method cs(User-Agent)"
ROW = '2024-05-01 12:00:00 10.0.0.9 GET "a b"'
IIS = "2024-05-01 12:00:00 192.0.2.1 GET / - 80 - 10.0.0.9 curl/8 - 404 0 2 0"


def test_the_hint_carries_the_columns_from_one_record_to_the_next() -> None:
    head = parse_record(FIELDS.encode())
    assert isinstance(head, Record)
    row = parse_record(ROW.encode(), hint=head.format)
    assert isinstance(row, Record) and row.format == head.format
    assert row.fields["cs(User-Agent)"] == "a b" and row.fields["c-ip"] == "10.0.0.9"
    again = parse_record(b"#Date: 2024-05-01", hint=row.format)
    assert isinstance(again, Record) and columns_of(again.format) == columns_of(head.format)


def test_without_a_header_only_the_defaults_of_iis_are_taken() -> None:
    found = fields_of(IIS)
    assert found is not None and found[1]["sc-status"] == "404" and "cs-username" not in found[1]
    assert fields_of(ROW) is None
    assert fields_of("2024-05-01 12:00:00 " + " ".join("abcdefghijklm")) is None


def test_columns_may_change_inside_a_file_and_directives_are_no_entries() -> None:
    text = f"#Software: x\n{FIELDS}\n{ROW}\n#Fields: date time x\n2024-05-01 12:00:00 1\n"
    items = list(read_text(io.BytesIO(text.encode())))
    assert [item.fields.get("x") for item in items if isinstance(item, Record)] == [None, "1"]


@pytest.mark.parametrize("text", ["", "# hello", "#!/bin/sh", "hello", "#Fields", "2024-05-01 x"])
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None


def test_directives() -> None:
    assert directive("#Version: 1.0") == ("Version", "1.0")
    assert columns_of("w3c_extended") == "" and columns_of("json a b") == ""
