from pathlib import Path

from tests.kept import no_hot_columns

from keng.model.event import Event, LogSource
from keng.store.chdb import ChdbStore
from keng.store.query import EVERYTHING
from keng.store.snapshot import Part, attach


def test_a_snapshot_is_of_its_moment_and_leaves_nothing_behind(tmp_path: Path) -> None:
    store = ChdbStore(tmp_path / "events", no_hot_columns)
    store.insert([Event({"A": "x"}, LogSource(), id=f"{1:032x}", time_us=10**15)])
    with store.frozen() as parts:
        store.insert([Event({"B": "y"}, LogSource(), id=f"{2:032x}", time_us=10**15)])
        moved = []
        for part in parts:
            copy = tmp_path / "copy" / part.table / part.name
            copy.mkdir(parents=True)
            for file in part.folder.iterdir():
                (copy / file.name).write_bytes(file.read_bytes())
            moved.append(Part(part.table, part.name, copy))
    assert not list((tmp_path / "events" / "shadow").glob("keng*"))
    store.close()
    attach(tmp_path / "again", moved)
    again = ChdbStore(tmp_path / "again", no_hot_columns)
    assert again.count(EVERYTHING, None) == 1
    assert again.field_names("a", 100)[-1] == "A"
    again.close()
