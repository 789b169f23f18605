"""Any piece of an event's raw text is found, although the store keeps the text in pieces.

A module of its own: its store and that of test_language.py cannot be open in one process.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.conformance.store import oracle
from tests.conformance.store.conftest import IMPLEMENTATIONS
from tests.conformance.store.events import event

from keng.model.event import Event
from keng.store.base import EventStore
from keng.store.limits import Limits
from keng.store.query import SearchQuery, Word

PROGRAMS = (
    ("C:\\Windows\\cmd.exe", 'cmd.exe /c "whoami /all"', "TINH\\an.nv"),
    ("C:\\a b\\x.exe", "x -p 100%_done", "TINH\\admin"),
    ("/usr/bin/curl", "curl http://evil.example/a?b=c&d=%41", "root"),
    ("C:\\Tools\\m.exe", "m\\\\n", "đỗ.nam"),
)
CHANNEL = "Microsoft-Windows-Sysmon/Operational"
RAW = [
    json.dumps(
        {
            "@timestamp": f"2026-11-24T08:15:{n:02}.000Z",
            "agent": {"name": f"ws{n}"},
            "winlog": {
                "event_data": {"Image": image, "CommandLine": command, "User": user, "Pid": 4700 + n},
                "channel": CHANNEL,
                "computer_name": f"ws{n}.tinh.vn",
            },
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    for n, (image, command, user) in enumerate(PROGRAMS * 6)
]


@pytest.fixture(scope="module", params=sorted(IMPLEMENTATIONS))
def shipped(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[EventStore, list[Event]]]:
    """Events as a shipper sends them: the raw text repeats the fields, so it is kept in pieces."""
    events = []
    for n, raw in enumerate(RAW):
        data = json.loads(raw)["winlog"]["event_data"]
        events.append(event(n, {**data, "Channel": CHANNEL}, raw=raw))
    store = IMPLEMENTATIONS[request.param](Path(tmp_path_factory.mktemp("shipped")) / "events", Limits())
    store.insert(events)
    yield store, events
    store.close()


@given(
    st.integers(0, len(RAW) - 1),
    st.integers(0, 330),
    st.integers(1, 40),
    st.sampled_from(("", "", "*", "?")),
    st.integers(0, 39),
)
@example(which=20, start=158, length=2, wild="*", place=2)  # ends between the two characters of an escape
@settings(max_examples=80, deadline=None)
def test_any_piece_of_a_raw_text_is_found_wherever_it_was_cut(
    shipped: tuple[EventStore, list[Event]], which: int, start: int, length: int, wild: str, place: int
) -> None:
    store, events = shipped
    text = RAW[which][start : start + length]
    if not text.strip() or (wild and re.search(r'[\s()"]|^\*+$', text)):
        return
    if wild:
        text = "*" + text[:place] + wild + text[place + 1 :] + "*"
        query = SearchQuery(expression=Word(text))
        pattern = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in text)
        wanted = {
            one.id
            for one in events
            if any(re.search(pattern, t, re.I | re.S) for t in (one.raw, *map(str, one.fields.values())))
        }
    else:
        query = SearchQuery(expression=Word(text, True))
        wanted = {one.id for one in events if oracle._phrase(one, text)}
    found = {one.id for one in store.search(query, None, limit=1000).events}
    assert found == wanted, text
