"""Columns of the table of found events: which a person chose, and an event's value in each."""

from collections import Counter
from collections.abc import Sequence

from keng.model.hot_columns import HotColumns
from keng.state import preferences
from keng.store.base import StoredEvent
from keng.store.fields import ALIASES
from keng.web.desk import Desk

PREFERENCE = "search_columns"
MAX_COLUMNS = 12
MAX_NAME = 200
OFFERED = (
    "host", "agency", "source", "user", "code", "process", "command_line", "parent", "src_ip", "src_port", "dst_ip",
    "dst_port", "domain", "url", "file_path", "hash", "product", "service", "format",
)  # fmt: skip
"""What the form offers by a tick; any other field is written."""


def chosen(desk: Desk) -> tuple[str, ...]:
    """The person's columns; empty: the one line that tells most."""
    with desk.centre.state.read() as conn:
        kept = preferences.preference(conn, desk.user.id, PREFERENCE)
    return cleaned(kept) if isinstance(kept, list) else ()


def cleaned(names: Sequence[object]) -> tuple[str, ...]:
    """At most twelve names, each once."""
    texts = [name.strip() for name in names if isinstance(name, str)]
    return tuple(dict.fromkeys(name[:MAX_NAME] for name in texts if name))[:MAX_COLUMNS]


def value_of(event: StoredEvent, name: str) -> str:
    """The event's value under a name of the search language: a column, a short name, or a field in any case."""
    lower = name.lower()
    for place in ALIASES.get(lower, (lower,)):
        if place.startswith("="):
            found = event.fields.get(place[1:], "")
        elif place in HotColumns._fields:
            number = getattr(event.hot, place)
            found = "" if number == 0 else str(number)
        elif place in ("agency", "source", "host", "format", "product", "service", "id"):
            found = str(getattr(event, place))
        elif place == "categories":
            found = ", ".join(event.categories)
        else:
            found = event.fields.get(name) or next(
                (value for field, value in event.fields.items() if field.lower() == lower), ""
            )
        if found:
            return found
    return ""


def fields_of(events: Sequence[StoredEvent], limit: int = 60) -> list[str]:
    """Fields that these events have, the most frequent first: what facets can be asked for."""
    counted: Counter[str] = Counter()
    for event in events:
        counted.update(
            name for name, value in zip(HotColumns._fields, event.hot, strict=True) if value not in ("", 0)
        )
        counted.update(name for name, value in event.fields.items() if value)
    return [name for name, _count in counted.most_common(limit)]
