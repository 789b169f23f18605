"""Where detections go: JSON lines and CSV, written as they are found."""

import csv
from pathlib import Path
from typing import IO, Protocol, TextIO

from keng.model.detection import Detection
from keng.scan.shown import to_json
from keng.scan.timeline import iso

COLUMNS = ("time", "level", "title", "rule_id", "tags", "host", "file", "record", "matched")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Sink(Protocol):
    """Takes each detection once, in the order in which they are found."""

    def take(self, found: Detection) -> None: ...


class JsonLines:
    """One JSON object a line: time, rule_id, title, level, tags, file, record, matched, event."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out

    def take(self, found: Detection) -> None:
        event, rule = found.event, found.rule
        line = to_json(
            {
                "time": iso(event.time_us),
                "rule_id": rule.id,
                "title": rule.title,
                "level": rule.severity.level,
                "tags": rule.tags,
                "file": event.source,
                "record": event.offset,
                "matched": found.matched,
                "event": event.fields,
            }
        )
        self._out.write(line + b"\n")


class CsvFile:
    """One row a detection, safe to open in a spreadsheet: what could be a formula begins with an apostrophe."""

    def __init__(self, out: TextIO) -> None:
        self._writer = csv.writer(out)
        self._writer.writerow(COLUMNS)

    def take(self, found: Detection) -> None:
        event, rule = found.event, found.rule
        values = (
            iso(event.time_us),
            rule.severity.level,
            rule.title,
            rule.id,
            " ".join(rule.tags),
            event.host,
            event.source,
            event.offset,
            to_json(found.matched).decode(),
        )
        self._writer.writerow([cell(value) for value in values])


def cell(value: str | int) -> str | int:
    """A value that no spreadsheet takes for a formula, and that text files can hold."""
    if isinstance(value, int):
        return value
    text = value.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def open_csv(path: str) -> TextIO:
    """The CSV file, UTF-8; the rows' own ends (CR LF, as RFC 4180 says) are kept."""
    return Path(path).open("w", encoding="utf-8", newline="")
