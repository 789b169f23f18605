"""`keng hunt`, on a data folder without a centre and through a running one."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from keng.cli.main import app
from keng.i18n import using
from keng.model.event import Event, LogSource
from keng.normalise.ocsf import hot_table
from keng.runtime.control import Control
from keng.runtime.hunting import CALL, handler
from keng.state import audit
from keng.state.database import open_state
from keng.store.chdb import ChdbStore


def keng(folder: Path, *arguments: str) -> Result:
    with using("en"):
        return CliRunner().invoke(app, ["hunt", *arguments, "--data", str(folder)])


def fill(folder: Path) -> ChdbStore:
    store = ChdbStore(folder / "events", hot_table)
    store.insert(
        [
            Event(
                {"User": f"u{n}"},
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
            for n in range(1, 4)
        ]
    )
    return store


def test_without_a_centre_the_command_opens_the_store_itself(tmp_path: Path) -> None:
    fill(tmp_path).close()
    found = keng(tmp_path, "user:u2 OR user:u3", "--json")
    assert [json.loads(line)["user"] for line in found.stdout.splitlines()] == ["u3", "u2"], found.stderr
    table = keng(tmp_path, "*", "--columns", "user,host")
    assert "u1" in table.stdout and "dc01" in table.stdout
    state = open_state(tmp_path / "state.db")
    with state.read() as conn:
        assert audit.entries(conn)[0].actor.startswith("cli")
    state.close()


def test_with_a_centre_the_command_asks_it(tmp_path: Path) -> None:
    store, state = fill(tmp_path), open_state(tmp_path / "state.db")
    control = Control(tmp_path)
    control.add(CALL, handler(store, state))
    control.start()
    assert keng(tmp_path, "*", "--count").stdout == "3\n"
    control.stop()
    in_use = keng(tmp_path, "*", "--count")
    assert in_use.exit_code == 1 and "in use by process" in in_use.stderr
    store.close()
    state.close()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("a AND",), "both sides"),
        (("x", "--count", "--top", "user"), "exclude each other"),
        (("DROP", "--sql"), "one SELECT"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    fill(tmp_path).close()
    refused = keng(tmp_path, *arguments)
    assert refused.exit_code == 1 and words in refused.stderr


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    refused = keng(tmp_path / "absent", "x")
    assert refused.exit_code == 1 and not (tmp_path / "absent").exists()
