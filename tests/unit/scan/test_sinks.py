"""JSON lines and CSV."""

import csv
import io
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.scan.sinks import COLUMNS, CsvFile, JsonLines, cell, open_csv


def test_a_json_line_has_the_promised_keys(detection) -> None:  # type: ignore[no-untyped-def]
    out = io.BytesIO()
    JsonLines(out).take(detection())
    assert out.getvalue().endswith(b"\n") and out.getvalue().count(b"\n") == 1
    assert orjson.loads(out.getvalue()) == {
        "time": "2024-05-01T05:00:00.123456Z",
        "rule_id": "11111111-1111-4111-8111-111111111111",
        "title": "Encoded command",
        "level": "high",
        "tags": ["attack.execution", "attack.t1059.001"],
        "file": "logs/a.json",
        "record": 3,
        "matched": {"CommandLine": "powershell -enc AA"},
        "event": {"CommandLine": "powershell -enc AA"},
    }


def test_hostile_names_and_values_stay_one_json_line(detection) -> None:  # type: ignore[no-untyped-def]
    out = io.BytesIO()
    hostile = {"a\nb": "x\r\n\u2028\x00", "\ud800": 1 << 90, "=1": ["\x1b"]}
    JsonLines(out).take(detection(fields=hostile, matched=hostile, source="\udcff/x", host="\x1b"))
    assert out.getvalue().count(b"\n") == 1
    assert orjson.loads(out.getvalue())["file"] == "\\udcff/x"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "  =", "＝"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert cell(f"{start}cmd|'/c calc'!A0") == f"'{start}cmd|'/c calc'!A0"
    assert cell("a=b") == "a=b" and cell(-5) == -5


@given(st.text(), st.text())
def test_csv_is_read_back_as_it_was_written(host: str, title: str) -> None:
    out = io.StringIO(newline="")
    writer = CsvFile(out)
    from keng.model.detection import Detection, RuleInfo
    from keng.model.event import Event, LogSource
    from keng.model.severity import Severity

    writer.take(Detection(RuleInfo("id", title, Severity.LOW), Event({}, LogSource(), host=host), {}))
    header, row = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert tuple(header) == COLUMNS and len(row) == len(COLUMNS)
    assert row[2] == str(cell(title)) and row[5] == str(cell(host))


def test_the_file_is_utf8_with_crlf_rows(tmp_path: Path, detection) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "out.csv"
    with open_csv(str(path)) as out:
        CsvFile(out).take(detection(host="Đà Nẵng"))
    assert path.read_bytes().count(b"\r\n") == 2 and "Đà Nẵng".encode() in path.read_bytes()
