"""Takes content out of an event before anything else sees it: detection, the store, people.

What counts as content stands in `normalise/content.py`. Where something was taken out, the event says so in the field
`keng.removed` (the names, one a line), so that a search and a page can show what is dropped where; and the raw text,
which held it too, is replaced by the fields that remain, as JSON.
Runs on every event: one whose names are all known to be harmless costs a set comparison and a look at its text.
"""

import json
from collections.abc import Iterable
from typing import Any

import msgspec
import re2

from keng.model.event import Event
from keng.normalise.content import ALLOWED, CONTENT, CONTENT_OF, MARK_ENDS, MARKS

REMOVED = "keng.removed"
MASK = "[…]"
MAX_KNOWN = 20_000
# Of these the names of all JSON keys arrive as fields, so the raw text need not be looked through.
_WHOLE = frozenset(("windows", "linux"))


class _Names:
    """What names of fields are content, for one product; remembers the harmless ones."""

    def __init__(self, special: frozenset[str]) -> None:
        self._content = CONTENT | special
        self._dotted = tuple("." + name for name in self._content)
        self._harmless: set[str] = set()
        # A dotted name is nested in the raw text, and its last part alone means too much.
        plain = sorted(name for name in self._content if "." not in name)
        options = re2.Options()
        options.case_sensitive = False
        self._key = re2.compile(f'"({"|".join(plain)})"\\s*:', options)

    def content(self, fields: dict[str, Any]) -> list[str]:
        """The names of content among the fields."""
        if self._harmless.issuperset(fields):
            return []
        found = []
        for name in fields:
            lower = name.lower()
            if lower in self._content or lower.endswith(self._dotted):
                found.append(name)
            elif len(self._harmless) < MAX_KNOWN:
                self._harmless.add(name)
        return found

    def in_raw(self, raw: str) -> list[str]:
        """The names of content among the keys of a JSON text."""
        if not self._key.search(raw):
            return []
        return sorted({match[1] for match in self._key.finditer(raw)})


_SPECIAL = {product: _Names(names) for product, names in CONTENT_OF.items()}
_GENERAL = _Names(frozenset())


def redact(event: Event) -> Event:
    """The event without content: the same object where there was none, else a changed copy."""
    fields = event.fields
    product, service, _categories = event.logsource
    raw = event.raw
    allowed = ALLOWED.get((product, service))
    names = _SPECIAL.get(product, _GENERAL)
    if allowed is None:
        removed = names.content(fields)
    else:
        removed = [name for name in fields if name.lower() not in allowed]
    if not removed and product not in _WHOLE and raw[:1] == "{":
        removed = names.in_raw(raw)
    if removed:
        return _without(event, removed)
    for mark in MARKS:
        if mark in raw:
            return _masked(event)
    return event


def _without(event: Event, removed: Iterable[str]) -> Event:
    gone = frozenset(removed)
    fields = {name: value for name, value in event.fields.items() if name not in gone}
    fields[REMOVED] = sorted(gone)
    return msgspec.structs.replace(
        event, fields=fields, raw=json.dumps(fields, ensure_ascii=False, default=str)
    )


def _masked(event: Event) -> Event:
    fields = {name: _mask(value) if isinstance(value, str) else value for name, value in event.fields.items()}
    fields[REMOVED] = [mark.strip() for mark in MARKS if mark in event.raw]
    return msgspec.structs.replace(event, fields=fields, raw=_mask(event.raw))


def _mask(text: str) -> str:
    for mark in MARKS:
        before, found, rest = text.partition(mark)
        if found:
            ends = [place for end in MARK_ENDS if (place := rest.find(end)) >= 0]
            text = before + mark + MASK + (rest[min(ends) :] if ends else "")
    return text
