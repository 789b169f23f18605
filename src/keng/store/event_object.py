"""A found event as one JSON object: times in ISO form, columns without a value left out."""

from datetime import UTC, datetime, timedelta

from keng.store.base import StoredEvent

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_US = 253_402_300_799_000_000
TEXTS = ("id", "agency", "source", "host", "format", "product", "service")


def event_object(event: StoredEvent) -> dict[str, object]:
    """`time`, `received`, the columns, `fields` (the log's own, as texts) and `raw`."""
    values: dict[str, object] = {
        "time": iso(event.time_us),
        "received": iso(event.received_us),
        **{name: getattr(event, name) for name in TEXTS},
        "categories": list(event.categories),
        "parsed": event.parsed,
        **event.hot._asdict(),
        "fields": event.fields,
        "raw": event.raw,
    }
    return {name: value for name, value in values.items() if value not in ("", 0, []) or name == "parsed"}


def iso(time_us: int) -> str:
    """UTC with microseconds."""
    moment = _EPOCH + timedelta(microseconds=min(max(time_us, 0), _MAX_US))
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
