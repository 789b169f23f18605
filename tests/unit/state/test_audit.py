"""The audit chain: every quiet change of it is found."""

import random

from sqlalchemy import delete, insert, select, update

from keng.model.user import Actor
from keng.state import audit
from keng.state.audit import Checkpoint, entries, record, verify
from keng.state.database import State
from keng.state.tables.audit import audit as table

NOW = 1_790_000_000_000_000
BY = Actor("lan", "10.0.0.9")
ROWS = 40


def fill(state: State) -> Checkpoint:
    with state.write() as conn:
        for number in range(ROWS):
            record(
                conn, NOW + number, BY, "alert.close", f"alert:{number % 5}", {"reason": f"lý do {number}"}
            )
        return audit.checkpoint(conn)


def test_an_untouched_log_holds_and_is_listed_newest_first(state: State) -> None:
    end = fill(state)
    with state.read() as conn:
        assert verify(conn) is None and verify(conn, end) is None
        assert verify(conn, Checkpoint(0, audit.FIRST_PREVIOUS)) is None
        assert [entry.seq for entry in entries(conn, limit=3)] == [40, 39, 38]
        assert [entry.seq for entry in entries(conn, before=3)] == [2, 1]
        assert {entry.object for entry in entries(conn, target="alert:1")} == {"alert:1"}
        assert entries(conn, actor="nobody") == []
        assert audit.newest(conn, "alert.close") == NOW + 39
        assert audit.newest(conn, "backup.make") == 0


def test_a_thousand_random_edits_deletions_swaps_and_cuts_are_all_found(state: State) -> None:
    end = fill(state)
    dice = random.Random(7)
    for _ in range(1000):
        with state.engine.connect() as conn:
            match dice.choice(("edit", "delete", "swap", "cut", "invent")):
                case "edit":
                    column = dice.choice([c for c in table.c if c.name != "seq"])
                    value = dice.randrange(10**15) if column.name == "at_us" else f"x{dice.random()}"
                    row = table.c.seq == dice.randint(1, ROWS)
                    conn.execute(update(table).where(row).values({column: value}))
                case "delete":
                    conn.execute(delete(table).where(table.c.seq == dice.randint(1, ROWS)))
                case "cut":
                    conn.execute(delete(table).where(table.c.seq > dice.randint(0, ROWS - 1)))
                case "invent":
                    last = conn.execute(select(table).where(table.c.seq == ROWS)).one()
                    conn.execute(insert(table).values(**dict(last._mapping) | {"seq": ROWS + 1}))
                case _:
                    one, two = dice.sample(range(1, ROWS + 1), 2)
                    for old, new in ((one, 999), (two, one), (999, two)):
                        conn.execute(update(table).where(table.c.seq == old).values(seq=new))
            assert verify(conn, end) is not None
            conn.rollback()
    with state.read() as conn:
        assert verify(conn, end) is None


def test_a_rewritten_chain_differs_from_the_checkpoint(state: State) -> None:
    end = fill(state)
    with state.write() as conn:
        conn.execute(delete(table))
    fill_again = Actor("somebody else")
    with state.write() as conn:
        for number in range(ROWS):
            record(conn, NOW + number, fill_again, "alert.close", "alert:1")
        assert verify(conn) is None
        problem = verify(conn, end)
    assert problem is not None and problem.seq == end.seq
