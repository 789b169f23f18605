"""Consumers' cursors."""

from keng.state import cursors
from keng.state.database import State


def test_each_consumer_has_its_own_cursor_with_its_state(state: State) -> None:
    with state.write() as conn:
        cursors.put(conn, "detect", 3, b"\x00\xff")
        cursors.put(conn, "store", 9)
        cursors.put(conn, "detect", 4, b"later")
    with state.read() as conn:
        assert cursors.get(conn, "detect") == (4, b"later")
        assert cursors.get(conn, "store") == (9, b"")
        assert cursors.get(conn, "nobody") == (0, b"")
