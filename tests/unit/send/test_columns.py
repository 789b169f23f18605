"""Rows whose columns stand in header lines."""

import orjson

from keng.formats.recognise import parse_record
from keng.model.record import Record
from keng.send.columns import Columns
from keng.send.document import Envelope

ENVELOPE = Envelope("h", "/x")


def test_a_file_without_header_lines_has_no_columns() -> None:
    assert Columns(b"# a comment\nline\n").kind == ""


def test_zeek_rows_become_zeek_json_and_bad_rows_are_kept_as_they_are() -> None:
    columns = Columns(b"#separator \\x09\n#fields\tts\n")
    lines = [
        b"#separator \\x09",
        b"#path\tdns",
        b"#fields\tts\tuid",
        b"#types\ttime\tstring",
        b"1.5\tCa",
        b"bad",
        b"2.5\tCb",
    ]
    found = columns.documents(lines, ENVELOPE)
    assert found[:4] == [None] * 4
    record = parse_record(found[4] or b"")
    assert isinstance(record, Record)
    assert record.format == "zeek_json"
    assert orjson.loads(found[5] or b"")["message"] == "bad"
    assert orjson.loads(found[6] or b"")["uid"] == "Cb"


def test_w3c_rows_carry_the_names_of_their_columns() -> None:
    columns = Columns(b"#Software: IIS\n")
    lines = [
        b"#Software: IIS",
        b"#Fields: date time c-ip",
        b"2026-11-03 10:00:00 10.0.0.1",
        b"#Fields: date",
        b"2026-11-03",
    ]
    found = columns.documents(lines, ENVELOPE)
    assert orjson.loads(found[2] or b"")["log.columns"] == "date time c-ip"
    assert orjson.loads(found[4] or b"")["log.columns"] == "date"
    assert columns.header.startswith(b"#Software: IIS\n#Fields")
