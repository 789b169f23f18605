"""Consumers' cursors."""

import pytest

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


def test_a_cursor_that_another_has_moved_is_lost_and_one_that_a_lost_answer_moved_is_done(
    state: State,
) -> None:
    with state.write() as conn:
        assert cursors.claim(conn, "work", 0, 5)
        cursors.put(conn, "work", 5)
    with state.write() as conn:
        assert cursors.claim(conn, "work", 5, 9)
        assert not cursors.claim(conn, "work", 0, 5)
        with pytest.raises(cursors.LostCursorError, match="expected 3, found 5"):
            cursors.claim(conn, "work", 3, 4)
    with state.read() as conn:
        assert cursors.offsets(conn) == {"work": 5}
