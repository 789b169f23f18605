"""Samples of rules: our own format (docs/rules.md) and SigmaHQ's regression data, to events.

Ours: a JSON file {"rule": id, "match": [sample…], "no_match": [sample…]}; a sample is an event or a sequence of steps
with times and repetitions. SigmaHQ's: an `info.yml` that names rules and, with a path, the EVTX or JSON files that must
match (`match_count`, at least one where absent).
"""

import errno
import os
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import yaml

from keng.formats.recognise import parse_record, read_file
from keng.i18n import _
from keng.i18n.system_error import system_error
from keng.model.event import Event, LogSource
from keng.model.record import Record
from keng.normalise.normalise import to_event
from keng.normalise.privacy import redact
from keng.store.text import text_of

MAX_BYTES = 64 << 20
MAX_EVENTS = 200_000


class SampleError(Exception):
    """A sample that cannot be read; the text says which and why."""


class Sample(NamedTuple):
    """rule_id; name: where it stands; must: it has to match; events: in order of time; least: matches wanted."""

    rule_id: str
    name: str
    must: bool
    events: tuple[Event, ...]
    least: int = 1


def samples_under(path: Path) -> Iterator[Sample | SampleError]:
    """All samples in a file or folder, in the order of names; what cannot be read comes as an error."""
    if not path.exists():
        yield SampleError(f"{path}: {system_error(OSError(errno.ENOENT, os.strerror(errno.ENOENT)))}")
    files = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
    infos = {file.parent for file in files if file.name == "info.yml"}
    for file in files:
        try:
            if file.name == "info.yml":
                yield from _regression(file)
            elif file.suffix == ".json" and file.parent not in infos:
                yield from _ours(file)
        except KeyError as error:
            yield SampleError(_("{file}: {key} is missing", file=str(file), key=error.args[0]))
        except (OSError, ValueError, TypeError, AttributeError, SampleError, yaml.YAMLError) as error:
            reason = system_error(error) if isinstance(error, OSError) else " ".join(str(error).split())
            yield SampleError(f"{file}: {reason}"[:500])


def events_in(path: Path) -> list[Event]:
    """Events of a log file of any known format, or of one JSON event; also `-`-like single JSON files."""
    with path.open("rb") as stream:
        found = [to_event(item) for item in read_file(stream, path.name) if isinstance(item, Record)]
    return [_named(event, n) for n, event in enumerate(found[:MAX_EVENTS])]


def events_of(data: bytes, name: str = "") -> list[Event]:
    """Events of a text or a binary log, however they come: in our samples' form or as `keng hunt --json` writes them,
    one a line or a list of them, as any log that we read, or one entry alone. Raises SampleError if there is none."""
    for candidates in ([data], data.splitlines()[:MAX_EVENTS]):
        ours = [value for text in candidates for value in _ours_in(text)]
        if ours:
            return [_named(event_of(orjson.dumps(value)), n) for n, value in enumerate(ours)]
    found = [to_event(item) for item in read_file(BytesIO(data), name) if isinstance(item, Record)]
    if not found:
        return [event_of(data)]
    return [_named(event, n) for n, event in enumerate(found[:MAX_EVENTS])]


def _ours_in(text: bytes) -> list[Any]:
    if text.lstrip()[:1] not in (b"{", b"["):
        return []
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return []
    items = value if isinstance(value, list) else [value]
    return items if items and all(_is_ours(item) for item in items) else []


def _is_ours(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    return (isinstance(value.get("event"), dict) and "logsource" in value) or (
        isinstance(value.get("fields"), dict) and "parsed" in value
    )


def event_of(data: bytes) -> Event:
    """One event from a JSON text: in our samples' form (logsource, event), as `keng hunt --json` or as a log writes it. Raises SampleError."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        value = None
    if isinstance(value, dict) and isinstance(value.get("event"), dict) and "logsource" in value:
        return _named(_step(value, 0, 1), 0)
    if isinstance(value, dict) and isinstance(value.get("fields"), dict) and "parsed" in value:
        return _stored(value)
    record = parse_record(data.strip())
    if not isinstance(record, Record):
        raise SampleError(
            _(
                "this is no event that any format knows ({reason}); give a line as the log has it, a log file, or what"
                " keng hunt --json writes",
                reason=record.reason,
            )
        )
    return _named(to_event(record), 0)


def _stored(value: dict[str, Any]) -> Event:
    """An event as `keng hunt --json` writes it: with its types again, where its raw text still says the same."""
    texts = {str(name): str(text) for name, text in value["fields"].items()}
    logsource = LogSource(
        str(value.get("product", "")), str(value.get("service", "")), tuple(value.get("categories", ()))
    )
    event = Event(
        dict(texts),
        logsource,
        host=str(value.get("host", "")),
        format=str(value.get("format", "")),
        raw=str(value.get("raw", "")),
        id=str(value.get("id", "")),
        agency=str(value.get("agency", "")),
    )
    record = parse_record(event.raw.encode(), event.format) if event.raw else None
    if isinstance(record, Record):
        again = redact(to_event(record))
        if {name: text_of(one) for name, one in again.fields.items()} == texts:
            event.fields = again.fields
    return event


def _ours(file: Path) -> Iterator[Sample]:
    value = orjson.loads(file.read_bytes()[:MAX_BYTES])
    if not isinstance(value, dict) or "rule" not in value:
        return
    for must, key in ((True, "match"), (False, "no_match")):
        for number, sample in enumerate(value.get(key, ())):
            yield Sample(str(value["rule"]), f"{file}:{key}[{number}]", must, tuple(steps(sample)))


def steps(sample: Any) -> list[Event]:
    """The events of one of our samples."""
    events: list[Event] = []
    for step in sample if isinstance(sample, list) else [sample]:
        start = datetime.fromisoformat(step.get("time", "2026-11-24T02:00:00Z"))
        start_us = round(start.timestamp() * 1_000_000)
        repeat = step.get("repeat", {"count": 1, "step_seconds": 0})
        step_us = round(repeat["step_seconds"] * 1_000_000)
        events += [
            _step(step, start_us + number * step_us, number + 1)
            for number in range(min(int(repeat["count"]), MAX_EVENTS))
        ]
    ordered = sorted(events, key=lambda event: event.time_us)
    return [_named(event, n) for n, event in enumerate(ordered)]


def _step(step: dict[str, Any], time_us: int, number: int) -> Event:
    if "raw" in step:
        record = parse_record(step["raw"].encode())
        if not isinstance(record, Record):
            raise SampleError(record.reason)
        event = to_event(record, time_us)
        if "repeat" in step:
            event.time_us = time_us
    else:
        source = step["logsource"]
        vary = step.get("repeat", {}).get("vary", {})
        logsource = LogSource(
            source.get("product", ""), source.get("service", ""), tuple(source.get("categories", ()))
        )
        event = Event({**step["event"], **{n: _fill(v, number) for n, v in vary.items()}}, logsource, time_us)
    event.received_us = time_us
    return event


def _fill(value: Any, number: int) -> Any:
    if value == "{n}":
        return number
    return value.replace("{n}", str(number)) if isinstance(value, str) else value


def _regression(file: Path) -> Iterator[Sample]:
    info = yaml.safe_load(file.read_bytes()[:MAX_BYTES])
    rules = [str(rule["id"]) for rule in info.get("rule_metadata", ())]
    for test in info.get("regression_tests_info", ()):
        path = file.parent / Path(str(test["path"]).replace("\\", "/")).name
        events = tuple(events_in(path))
        for rule_id in rules:
            yield Sample(rule_id, str(path), True, events, int(test.get("match_count") or 1))


def _named(event: Event, number: int) -> Event:
    event.id = sha256(f"{number}:{event.time_us}:{event.fields}".encode()).hexdigest()[:32]
    return event
