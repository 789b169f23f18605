"""What `keng hunt` asks, answered over the centre's socket."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from keng.model.event import Event, LogSource
from keng.normalise.ocsf import hot_table
from keng.runtime.control import CallError, Control
from keng.runtime.control_client import call
from keng.runtime.hunting import CALL, handler
from keng.state import audit
from keng.state.database import State, open_state
from keng.store.chdb import ChdbStore


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, State]]:
    folder = tmp_path_factory.mktemp("hunting")
    state, store = open_state(folder / "state.db"), ChdbStore(folder / "events", hot_table)
    store.insert(
        [
            Event(
                {"User": f"u{n % 3}"},
                LogSource(),
                10**15 + n,
                "dc01",
                "t",
                "",
                f"{n:032x}",
                "bv",
                "s",
                10**15 + n,
                n,
            )
            for n in range(1, 2_501)
        ]
    )
    control = Control(folder)
    control.add(CALL, handler(store, state))
    control.start()
    yield folder, state
    control.stop()
    store.close()
    state.close()


def ask(served: tuple[Path, State], **arguments: Any) -> list[dict[str, Any]]:
    return list(call(served[0], CALL, arguments))


def test_events_come_newest_first_over_several_pages(served: tuple[Path, State]) -> None:
    found = ask(served, query="user:u1", limit=700)
    assert len(found) == 700 and found[0]["event"]["id"] > found[-1]["event"]["id"]
    assert len(ask(served, query="", limit=5_000)) == 2_500


def test_counts_values_fields_and_sql(served: tuple[Path, State]) -> None:
    assert ask(served, query="user:u1", kind="count") == [{"count": 834}]
    assert ask(served, query="", kind="top", field="user", limit=1) == [{"value": "u1", "count": 834}]
    assert {"field": "User"} in ask(served, query="us", kind="fields")
    answer = ask(
        served, query="SELECT user, count() AS n FROM events GROUP BY user ORDER BY user", kind="sql"
    )
    assert answer == [
        {"columns": ["user", "n"]},
        {"row": ["u0", 833]},
        {"row": ["u1", 834]},
        {"row": ["u2", 833]},
    ]


@pytest.mark.parametrize(
    "arguments",
    [{"query": "a AND"}, {"query": "DROP TABLE events", "kind": "sql"}, {"query": 5}, {"quer": "x"}, {}],
)
def test_what_cannot_be_answered_is_told(served: tuple[Path, State], arguments: dict[str, Any]) -> None:
    with pytest.raises(CallError):
        ask(served, **arguments)


def test_whoever_hunts_is_logged(served: tuple[Path, State]) -> None:
    ask(served, query="user:u2", kind="count", who="cli:an", reason="alert:3")
    with served[1].read() as conn:
        entry = audit.entries(conn, limit=1)[0]
    assert (entry.action, entry.actor) == ("events.hunt", "cli:an") and "alert:3" in entry.details
