"""Takes content out of an event before anything else sees it: detection, the store, people.

What counts as content stands in `normalise/content.py`. Where something was taken out, the event says so in the field
`keng.removed` (the names, one a line), so that a search and a page can show what is dropped where; and the raw text,
which held it too, is replaced by the fields that remain, as JSON. What was taken out is masked wherever else it stands.
Runs on every event: one whose names are all known to be harmless costs a set comparison and a look at its text.
"""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import orjson
import re2

from keng.model.event import Event
from keng.normalise.content import (
    ALLOWED,
    CONTENT,
    CONTENT_IN,
    CONTENT_OF,
    MAIL_SIGNS,
    MARKS,
    OF_MAIL,
)
from keng.normalise.cut import CUT
from keng.normalise.flatten import flatten
from keng.normalise.secrets import is_web, without_secrets

REMOVED = "keng.removed"
MASK = "[…]"
MAX_KNOWN = 20_000
# Of these the names of all JSON keys arrive as fields (unless there are too many), so the raw text need not be looked
# through.
_WHOLE = frozenset(("windows_evtx", "windows_flat"))
# Of these, too, but content may lie deeper than fields go.
_FLAT = frozenset(("suricata_eve", "zeek_json", "json"))
_SHORTEST_COPY = 4
# One of these stands in every mark.
_COMMON = ("ubject: ", ' T="', "body content: ")
_LONGEST_OF_MAIL = 16


def letters(name: str) -> str:
    """A name as it is compared: letters and digits, small, whatever alphabet they are dressed in; dots stay."""
    plain = unicodedata.normalize("NFKC", name).casefold() if not name.isascii() else name.lower()
    return plain if plain.isalnum() else "".join(char for char in plain if char.isalnum() or char == ".")


class _Names:
    """What names of fields are content, for one product or format; remembers the harmless ones."""

    def __init__(self, special: frozenset[str]) -> None:
        self._content = frozenset(letters(name).replace(".", "") for name in CONTENT | special)
        self._harmless: set[str] = set()
        # In a nested raw text the last part of a dotted name stands alone, and means too much.
        spelled = sorted({name.replace(".", "_") for name in CONTENT | special})
        either = "|".join(name.replace("_", "[_. -]?") for name in spelled)
        outer = "|".join(sorted({name.partition(".")[0] for name in CONTENT | special if "." in name}))
        options = re2.Options()
        options.case_sensitive = False
        self._key = re2.compile(f'"({either})\\\\{{0,8}}"\\s*:', options)
        self._object = re2.compile(f'"({outer})"\\s*:\\s*[\\[{{]', options)
        options.never_capture = True
        self.pattern = f'"(?:{either})\\\\{{0,8}}"\\s*:|"(?:{outer})"\\s*:\\s*[\\[{{]'
        self._either = re2.compile(self.pattern, options)

    def content(self, fields: dict[str, Any]) -> list[str]:
        """The names of content among the fields."""
        if self._harmless.issuperset(fields):
            return []
        found = []
        for name in fields:
            if name in self._harmless:
                continue
            last = name.rpartition(".")[2]
            if self._is_content(name):
                found.append(name)
            elif len(last) <= _LONGEST_OF_MAIL and letters(last) in OF_MAIL:
                if _beside_mail(name, fields):
                    found.append(name)
            elif len(self._harmless) < MAX_KNOWN:
                self._harmless.add(name)
        return found

    def _is_content(self, name: str) -> bool:
        parts = letters(name).split(".")
        # Every ending of the dotted name, from the whole down to the last part.
        return any(
            "".join(parts[start:]) in self._content for start in range(max(0, len(parts) - 8), len(parts))
        )

    def in_raw(self, raw: str) -> list[str]:
        """The names of content among the keys of a JSON text."""
        if not self._key.search(raw):
            return []
        return sorted({match[1] for match in self._key.finditer(raw)})

    def anywhere(self, raw: str) -> list[str]:
        """The names of content in a JSON text whose format takes only parts of it: as keys, and inside objects."""
        if not self._either.search(raw):
            return []
        if found := self.in_raw(raw):
            return found
        if not self._object.search(raw):
            return []
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError:
            return []
        return self.content(flatten(value)) if isinstance(value, dict) else []

    def holding(self, fields: dict[str, Any]) -> list[str]:
        """The fields whose value is a text with keys of content inside."""
        return [
            name for name, value in fields.items() if any(self._key.search(text) for text in _texts(value))
        ]


_GENERAL = _Names(frozenset())
_SPECIAL = {product: _Names(names) for product, names in CONTENT_OF.items()}
_FORMATS = {name: _Names(names) for name, names in CONTENT_IN.items()}
_SIGNS = frozenset(letters(name) for name in MAIL_SIGNS)


def _any_pattern(more: Sequence[str] = ()) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    every = [_GENERAL, *_SPECIAL.values(), *_FORMATS.values()]
    patterns = dict.fromkeys([*(names.pattern for names in every), *map(re2.escape, more)])
    return re2.compile("|".join(patterns).encode(), options)


_ANY = _any_pattern()
_ANY_OR_MARK = _any_pattern(_COMMON)


def may_hold_content(raws: Sequence[str]) -> bool:
    """Whether a JSON text among these may have a key of content, of whatever product. One search for many events:
    each search lets other threads run, and has to wait for its turn again.
    """
    return _ANY.search("\n".join(raws).encode("utf-8", "replace")) is not None


def touched(raws: Sequence[bytes]) -> list[int]:
    """Places of those JSON texts in which something may be content whatever the event's fields are."""
    search = _ANY_OR_MARK.search
    if not raws or search(b"\n".join(raws)) is None:
        return []
    return [place for place, raw in enumerate(raws) if search(raw) is not None]


def is_harmless(name: str, product: str) -> bool:
    """Whether a field of this name is never content, whatever stands beside it."""
    if letters(name.rpartition(".")[2]) in OF_MAIL:
        return False
    return not _SPECIAL.get(product, _GENERAL).content({name: None})


def redact(event: Event, raw_is_clean: bool = False) -> Event:
    """The event without content: the same object where there was none, else a changed copy.

    raw_is_clean: `may_hold_content` said no to texts with this event's raw one among them.
    """
    if event.logsource.categories and is_web(event.logsource.categories):
        event = without_secrets(event, REMOVED)
    fields = event.fields
    product, service, _categories = event.logsource
    raw = event.raw
    allowed = ALLOWED.get((product, service))
    names = _FORMATS.get(event.format) or _SPECIAL.get(product, _GENERAL)
    if allowed is None:
        removed = names.content(fields)
    else:
        removed = [name for name in fields if name.lower() not in allowed]
    if event.format == "cef":
        removed += _labelled(fields, removed)
    whole = event.format in _WHOLE and CUT not in fields
    if not removed and not whole and not raw_is_clean and raw[:1] == "{":
        removed = names.in_raw(raw) if event.format in _FLAT else names.anywhere(raw)
        if removed:
            return _without(event, [*removed, *names.holding(fields)])
    if removed:
        return _without(event, removed)
    # What all marks have in common is looked for first: this runs on every event.
    if whole:
        return event
    if any(mark in raw for mark in _COMMON):
        for mark, sign, _ends in MARKS:
            if mark in raw and sign in raw:
                return _masked(event)
    return event


def _beside_mail(name: str, fields: dict[str, Any]) -> bool:
    """Does a mail's sender or recipient stand in the same object?"""
    head, dot, _last = name.rpartition(".")
    return any(
        letters(other.rpartition(".")[2]) in _SIGNS for other in fields if other.startswith(head + dot)
    )


def _labelled(fields: dict[str, Any], removed: list[str]) -> list[str]:
    """CEF's custom fields (cs1, flexString2) whose label names content."""
    gone = set(removed)
    return [
        name
        for key, label in fields.items()
        if key.endswith("Label") and label in gone
        for name in (key[:-5], key)
        if name in fields
    ]


def _without(event: Event, removed: Iterable[str]) -> Event:
    gone = frozenset(removed)
    copies = [
        value
        for name in gone
        for value in _texts(event.fields.get(name))
        if len(value) >= _SHORTEST_COPY and not value.isdecimal()
    ]
    fields = {
        name: _masking(value, copies) if copies else value
        for name, value in event.fields.items()
        if name not in gone
    }
    fields[REMOVED] = sorted(gone.union(_texts(event.fields.get(REMOVED))))
    return msgspec.structs.replace(
        event, fields=fields, raw=json.dumps(fields, ensure_ascii=False, default=str)
    )


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [part for part in value[:64] if isinstance(part, str)]
    return [value] if isinstance(value, str) else []


def _masking(value: Any, copies: list[str]) -> Any:
    if isinstance(value, str):
        for copy in copies:
            if copy in value:
                value = value.replace(copy, MASK)
        return value
    if isinstance(value, list):
        return [_masking(part, copies) for part in value]
    return value


def _masked(event: Event) -> Event:
    fields = {name: _mask(value) if isinstance(value, str) else value for name, value in event.fields.items()}
    fields[REMOVED] = [mark.strip() for mark, sign, _ends in MARKS if mark in event.raw and sign in event.raw]
    return msgspec.structs.replace(event, fields=fields, raw=_mask(event.raw))


def _mask(text: str) -> str:
    for mark, _sign, ends in MARKS:
        before, found, rest = text.partition(mark)
        if found:
            places = [place for end in ends if (place := rest.find(end)) >= 0]
            text = before + mark + MASK + (rest[min(places) :] if places else "")
    return text
