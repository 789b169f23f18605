"""Input that is broken in the ways that real inputs are: each gives what is whole, says what is not, and counts both."""

import io
from pathlib import Path

import orjson
import pytest

from keng.formats.base import BLOCK, MAX_RECORD, Item
from keng.formats.recognise import read_file
from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.model.rejected import Rejected
from keng.normalise.cut import CUT, MAX_FIELDS
from keng.normalise.normalise import to_event

GOLDEN = Path(__file__).parents[1] / "golden"
REFERENCE_US = 1_717_200_000_000_000
BINARY = ("evtx", "netflow")
# Formats whose files are lines, each an entry of its own.
LINES = sorted(
    path
    for path in GOLDEN.glob("*/*/input*")
    if path.parts[-3] not in BINARY
    and path.suffix in (".log", ".json", ".txt", ".xml", ".tsv", ".csv")
    and all(
        isinstance(item, Record) and item.position == number
        for number, item in enumerate(read_file(io.BytesIO(path.read_bytes())), 1)
    )
    and b"\0" not in path.read_bytes()
)


def read(data: bytes) -> list[Item]:
    return list(read_file(io.BytesIO(data)))


def events(items: list[Item]) -> list[Event]:
    return [to_event(item, REFERENCE_US) for item in items if isinstance(item, Record)]


def plain(event: Event) -> tuple[object, ...]:
    return event.fields, event.logsource, event.time_us, event.host, event.format


def test_there_are_files_to_break() -> None:
    assert len(LINES) >= 30


@pytest.mark.parametrize("path", LINES, ids=lambda path: f"{path.parts[-3]}/{path.parts[-2]}")
def test_doubled_input_gives_every_entry_twice(path: Path) -> None:
    data = path.read_bytes().rstrip(b"\n") + b"\n"
    once = [plain(event) for event in events(read(data))]
    if path.parts[-3] == "auditd":
        pytest.skip("lines of one serial explain each other")
    twice = [plain(event) for event in events(read(data + data))]
    assert twice == once + once


@pytest.mark.parametrize("path", LINES, ids=lambda path: f"{path.parts[-3]}/{path.parts[-2]}")
def test_truncated_input_gives_all_that_came_whole(path: Path) -> None:
    data = path.read_bytes().rstrip(b"\n")
    whole = [plain(event) for event in events(read(data))]
    # Of an entry of several lines some may have been cut off: all but the last are as they are.
    several = any(isinstance(item, Record) and "\n" in item.raw for item in read(data))
    for cut in range(0, len(data), max(1, len(data) // 40)):
        found = read(data[:cut])
        complete = data[:cut].count(b"\n")
        got = [plain(event) for event in events(found)]
        # Recognition may need the line that was cut; what is recognised gives its whole lines as they are.
        if several:
            assert got[:-1] == whole[: max(len(got) - 1, 0)]
        elif got and complete >= 1 and len(got) >= complete:
            assert got[:complete] == whole[:complete]
        # A cut array is refused twice: the entry, and the end that is missing.
        assert len(found) <= len(whole) + 2


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize(
    "name", ["syslog", "cef", "key_value", "w3c_extended", "windows_winlogbeat", "zeek_tsv", "cisco"]
)
def test_a_file_in_another_encoding_reads_as_if_it_were_in_utf_8(name: str, encoding: str) -> None:
    for path in sorted(GOLDEN.glob(f"{name}/*/input*")):
        data = path.read_bytes()
        assert [plain(event) for event in events(read(data.decode().encode(encoding)))] == [
            plain(event) for event in events(read(data))
        ]


@pytest.mark.parametrize("encoding", ["cp1252", "cp1258", "shift-jis", "koi8-r"])
def test_bytes_that_are_no_utf_8_become_marks_and_the_rest_of_the_line_stays(encoding: str) -> None:
    word = {"koi8-r": "привет", "shift-jis": "日本"}.get(encoding, "café")
    line = f"<38>May  1 12:00:00 srv sshd[7]: Failed password for {word} from 203.0.113.9 port 22 ssh2"
    record = parse_record(line.encode(encoding))
    assert isinstance(record, Record)
    event = to_event(record, REFERENCE_US)
    assert event.fields["src_ip"] == "203.0.113.9"
    assert "\ufffd" in event.fields["User"] or event.fields["User"] == word
    assert event.raw.encode()


class Endless:
    """A stream of `size` bytes without a line end, then one good line; holds nothing."""

    def __init__(self, size: int, good: bytes) -> None:
        self._left = size
        self._good = io.BytesIO(b"\n" + good + b"\n")

    def read(self, size: int, /) -> bytes:
        if self._left:
            taken = min(size, self._left, BLOCK)
            self._left -= taken
            return b"a" * taken
        return self._good.read(size)


def test_a_line_of_100_mb_is_refused_with_its_place_and_the_next_is_read() -> None:
    first = b"<38>May  1 12:00:00 srv sshd[7]: Accepted password for an from 10.0.0.9 port 22 ssh2\n"

    class Source:
        def __init__(self) -> None:
            self._parts = [io.BytesIO(first), Endless(100_000_000, first.strip())]

        def read(self, size: int, /) -> bytes:
            while self._parts:
                if block := self._parts[0].read(size):
                    return block
                self._parts.pop(0)
            return b""

    found = list(read_file(Source()))
    assert [type(item) for item in found] == [Record, Rejected, Record]
    refused, after = found[1], found[2]
    assert isinstance(refused, Rejected) and isinstance(after, Record)
    assert str(MAX_RECORD) in refused.reason and refused.position == "line 2" and len(refused.raw) <= 512
    assert after.position == 3


@pytest.mark.parametrize(
    "text",
    [
        orjson.dumps({"EventID": 1, "Channel": "Security", **{f"f{n}": n for n in range(1_000_000)}}),
        orjson.dumps({"@timestamp": "2024-05-01T05:00:00Z", **{f"f{n}": n for n in range(1_000_000)}}),
        b"CEF:0|a|b|c|d|e|5|" + b" ".join(b"f%d=%d" % (n, n) for n in range(1_000_000)),
        b'date=2024-05-01 time=05:00:00 devname="x" logid="1" type="traffic" '
        + b" ".join(b"f%d=%d" % (n, n) for n in range(1_000_000)),
        b"type=EXECVE msg=audit(1714539600.123:101): " + b" ".join(b"f%d=%d" % (n, n) for n in range(1_000_000)),
    ],
    ids=["windows", "json", "cef", "key_value", "auditd"],
)  # fmt: skip
def test_of_a_million_fields_the_first_stay_and_the_rest_is_counted_and_searchable(text: bytes) -> None:
    record = parse_record(text)
    assert isinstance(record, Record)
    event = to_event(record, REFERENCE_US)
    assert len(event.fields) <= MAX_FIELDS + 1
    assert event.raw.encode() == text
    if len(record.fields) > MAX_FIELDS:
        assert event.fields[CUT] > 990_000


def test_deep_nesting_ends_at_a_limit() -> None:
    found = parse_record(b'{"a":' * 100_000 + b"1" + b"}" * 100_000)
    assert isinstance(found, Rejected)
    deep = parse_record(b'{"timestamp":1,"b":' * 100 + b"1" + b"}" * 100)
    assert isinstance(deep, Record)
    to_event(deep, REFERENCE_US)
