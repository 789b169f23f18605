"""Stored events get their types back where the raw record still says the same."""

import orjson
import structlog

from keng.formats.recognise import parse_record
from keng.model.hot_columns import HotColumns
from keng.model.record import Record
from keng.normalise.normalise import to_event
from keng.normalise.privacy import redact
from keng.runtime.prepare import Steps
from keng.runtime.revive import Reviver
from keng.store.base import StoredEvent
from keng.store.text import text_of

STEPS = Steps(parse_record, to_event, redact)
RAW = orjson.dumps(
    {"winlog": {"channel": "Security", "event_id": 4625, "event_data": {"LogonType": 3}}}
).decode()


def _stored(**changes: object) -> StoredEvent:
    record = parse_record(RAW.encode())
    assert isinstance(record, Record)
    event = redact(to_event(record))
    values: dict[str, object] = {
        "id": "0" * 32, "time_us": 5, "received_us": 6, "agency": "syt", "source": "s", "host": "h",
        "format": event.format, "product": "windows", "service": "security", "categories": (), "parsed": True,
        "offset": 1, "hot": HotColumns(), "raw": RAW,
        "fields": {name: text_of(value) for name, value in event.fields.items()},
    }  # fmt: skip
    return StoredEvent(**{**values, **changes})  # type: ignore[arg-type]


def test_types_come_back() -> None:
    event = Reviver(STEPS).event(_stored())
    assert event.fields["EventID"] == 4625
    assert (event.id, event.agency, event.time_us) == ("0" * 32, "syt", 5)


def test_what_is_stored_wins_where_the_raw_record_says_something_else() -> None:
    event = Reviver(STEPS).event(_stored(fields={"EventID": "1"}))
    assert event.fields == {"EventID": "1"}


def test_without_a_raw_record_the_text_is_taken() -> None:
    assert Reviver(STEPS).event(_stored(raw="")).fields["EventID"] == "4625"


def test_a_format_that_breaks_on_old_raw_text_is_told_once_and_the_text_is_taken() -> None:
    def broken(_raw: bytes, _hint: str) -> Record:
        raise ValueError("another version")

    reviver = Reviver(STEPS._replace(parse=broken))
    with structlog.testing.capture_logs() as logs:
        assert reviver.event(_stored()).fields["EventID"] == "4625"
        reviver.event(_stored())
    assert [one["event"] for one in logs] == ["stored raw text cannot be read again"]
