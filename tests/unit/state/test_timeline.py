"""Timeline entries."""

from sqlalchemy import insert

from keng.model.user import Actor
from keng.state.database import State
from keng.state.tables.incidents import incident
from keng.state.timeline import MAX_TEXT, add_entry, timeline

NOW = 1_790_000_000_000_000


def test_entries_come_in_the_order_in_which_things_happened(state: State) -> None:
    with state.write() as conn:
        empty = {column.name: "" for column in incident.c} | {
            column.name: 0 for column in incident.c if column.type.python_type is not str
        }
        conn.execute(insert(incident).values(**empty | {"id": 1, "number": "SC-2026-0001"}))
        add_entry(conn, 1, "note", "second", Actor("lan"), NOW)
        add_entry(conn, 1, "note", "first" * MAX_TEXT, Actor("lan"), NOW + 5, at_us=NOW - 5)
        entries = timeline(conn, 1)
        assert [(entry.text[:5], entry.at_us, entry.written_us) for entry in entries] == [
            ("first", NOW - 5, NOW + 5),
            ("secon", NOW, NOW),
        ]
        assert len(entries[0].text) == MAX_TEXT
        assert timeline(conn, 2) == []
