import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.kept import no_hot_columns

from keng.model.event import Event, LogSource
from keng.store.chdb import ChdbStore
from keng.store.check import check, detach_damaged
from keng.store.query import EVERYTHING

T0 = 1_790_000_000_000_000
DAY = 86_400_000_000


def open_store(folder: Path) -> ChdbStore:
    return ChdbStore(folder, no_hot_columns)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A store of four days, 500 events each."""
    store = open_store(tmp_path / "events")
    for day in range(4):
        store.insert(
            [
                Event(
                    {"N": n},
                    LogSource(),
                    id=f"{day * 1000 + n:032x}",
                    time_us=T0 + day * DAY + n,
                    raw=f"r{n}",
                )
                for n in range(500)
            ]
        )
    store.close()
    yield tmp_path / "events"


def damage(folder: Path, day: str) -> Path:
    part = next(path for path in folder.rglob("data.bin") if day in str(path))
    whole = bytearray(part.read_bytes())
    whole[len(whole) // 2] ^= 1
    part.write_bytes(whole)
    return part


def test_a_whole_store_is_whole(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "keng.store.check", str(folder)], capture_output=True, check=True
    )
    answer = json.loads(done.stdout)
    assert (answer["events"], answer["damaged"]) == (2000, [])
    assert answer["parts"] >= 5


def test_a_damaged_part_is_named_with_its_day_and_the_rest_is_found(folder: Path) -> None:
    damage(folder, "20260922")
    store = open_store(folder)
    connection = store.connection()
    (found,) = check(connection).damaged
    assert (found.day, found.events, found.set_aside) == ("2026-09-22", 500, False)
    # A search that meets the damage sets it aside and answers by the rest, at once and from then on.
    assert len(store.search(EVERYTHING, None, limit=1000).events) == 1000
    assert store.count(EVERYTHING, None) == 1500
    (found,) = check(connection).damaged
    assert (found.day, found.events, found.set_aside) == ("2026-09-22", 500, True)
    assert detach_damaged(connection) == ()
    connection.close()
    store.close()


@pytest.mark.parametrize("name", ["checksums.txt", "columns.txt", "count.txt", "primary.cidx", "data.bin"])
def test_a_truncated_file_costs_its_part_and_no_more(folder: Path, name: str) -> None:
    part = next(path for path in folder.rglob(name) if "20260923" in str(path))
    part.write_bytes(part.read_bytes()[: part.stat().st_size // 2])
    done = subprocess.run(
        [sys.executable, "-m", "keng.store.check", str(folder)], capture_output=True, check=False
    )
    answer = json.loads(done.stdout.splitlines()[-1])
    assert {one["day"] for one in answer["damaged"]} == {"2026-09-23"}
    assert answer["events"] == 1500
    store = open_store(folder)
    assert len(store.search(EVERYTHING, None, limit=1000).events) == 1000
    store.close()


def test_a_store_in_use_is_not_opened(folder: Path) -> None:
    store = open_store(folder)
    done = subprocess.run(
        [sys.executable, "-m", "keng.store.check", str(folder)], capture_output=True, check=False
    )
    assert done.returncode == 1
    assert "error" in json.loads(done.stdout)
    store.close()


def test_a_store_whose_table_is_no_longer_the_one_it_was_is_told_and_not_opened(folder: Path) -> None:
    (note,) = (folder / "store").glob("*/*/events.sql")
    whole = note.read_bytes()
    note.write_bytes(whole.replace(b"toYYYYMMDD", b"toYYYYMM"))
    before = {path: path.stat().st_mtime_ns for path in folder.glob("store/*/*/*")}
    done = subprocess.run(
        [sys.executable, "-m", "keng.store.check", str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "events.sql" in json.loads(done.stdout.splitlines()[-1])["error"]
    assert {path: path.stat().st_mtime_ns for path in folder.glob("store/*/*/*")} == before
    store = open_store(folder)
    assert store.count(EVERYTHING, None) == 2000
    store.close()
    assert note.read_bytes() == whole
