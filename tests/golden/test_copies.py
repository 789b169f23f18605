"""Every golden line by itself, several times, and as other editors and agents write files: always the same format.

And behind the header that a forwarder gives it: the same again, or syslog, never another product's.
"""

import io
from collections.abc import Iterator

import orjson
import pytest
from tests.golden.test_golden import CASES

from keng.formats.recognise import parse_record, read_file
from keng.model.record import Record

BINARY = ("evtx", "netflow")
FORMS = {
    "once": lambda line: line + b"\n",
    "without_an_end": lambda line: line,
    "five_times": lambda line: (line + b"\n") * 5,
    "with_returns": lambda line: (line + b"\r\n") * 2,
    "with_a_mark": lambda line: b"\xef\xbb\xbf" + (line + b"\n") * 2,
    "in_utf_16": lambda line: ("\ufeff" + (line.decode("utf-8", "replace") + "\n") * 2).encode("utf-16-le"),
}
HEADERS = (b"<134>Nov 24 10:11:12 gw01 ", b"<134>1 2026-11-24T10:11:12.123+07:00 gw01 - - - - ")


def name_of(item: object) -> str:
    return item.format.partition(" ")[0] if isinstance(item, Record) else ""


def samples() -> Iterator[tuple[bytes, str]]:
    """Lines that are entries by themselves, as their case says."""
    for case in CASES:
        (source,) = case.glob("input*")
        data = source.read_bytes()
        if case.parent.name in BINARY or b"\0" in data[:4]:
            continue
        lines = data.split(b"\n")
        for entry in orjson.loads((case / "expected.json").read_bytes()):
            place = entry.get("position", 0)
            if not 0 < place <= len(lines):
                continue
            line = lines[place - 1].rstrip(b"\r")
            # Deliveries of many, and the first lines of entries of several, are more than themselves.
            whole = (
                line.strip() and entry["format"] != "json" and (line[:1] == b"{" or line.count(b'"') % 2 == 0)
            )
            if whole and name_of(parse_record(line)) == entry["format"]:
                yield line, entry["format"]


SAMPLES = list(samples())


@pytest.mark.parametrize("form", FORMS)
def test_a_line_is_the_same_however_its_file_is_written(form: str) -> None:
    assert len(SAMPLES) > 700
    for line, format_ in SAMPLES:
        found = {name_of(item) for item in read_file(io.BytesIO(FORMS[form](line)))}
        assert found == {format_}, line


@pytest.mark.parametrize("header", HEADERS)
def test_behind_a_header_a_line_is_itself_or_syslog_and_nothing_else(header: bytes) -> None:
    for line, format_ in SAMPLES:
        if line[:1] != b"<" and not format_.startswith("syslog"):
            found = name_of(parse_record(header + line))
            assert found == format_ or found.startswith("syslog_"), line
