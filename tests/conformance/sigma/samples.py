"""Samples of the shared data as events."""

from collections.abc import Iterator
from pathlib import Path

import evtx
import orjson

from keng.model.event import Event
from keng.normalise.windows import windows_event


def evtx_events(path: Path) -> list[Event]:
    """Events of an EVTX file."""
    return [_event(orjson.loads(record["data"])) for record in evtx.PyEvtxParser(str(path)).records_json()]


def json_events(path: Path) -> list[Event]:
    """Events of a JSON file: one object, or several one after the other."""
    return [_event(document) for document in _documents(path.read_text("utf-8-sig"))]


def _documents(text: str) -> Iterator[dict[str, object]]:
    import json

    decoder, place = json.JSONDecoder(), 0
    while text[place:].strip():
        place += len(text[place:]) - len(text[place:].lstrip())
        document, place = decoder.raw_decode(text, place)
        yield from document if isinstance(document, list) else [document]


def _event(record: dict[str, object]) -> Event:
    flat = windows_event(record)
    return Event(
        flat.fields, flat.logsource, flat.time_us, flat.host, id=str(flat.fields.get("EventRecordID"))
    )
