"""Whole files: records in order, ids that stay, what cannot be read counted."""

from pathlib import Path

from tests.evtx_writer import evtx_file, sysmon_start

from keng.send.book import Drop
from keng.send.whole import WholeFile, hashes


def drop(path: Path, index: int = 0) -> Drop:
    return Drop(str(path), 1, 2, path.stat().st_size, index=index, key="key")


def test_reading_goes_on_behind_what_has_arrived_with_the_same_ids(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("".join(f'{{"message": "line {n}"}}\n' for n in range(100)))
    whole = WholeFile(str(path), drop(path), "h")
    chunk = whole.read(1000)
    assert chunk is not None
    assert not whole.ended
    whole.arrived(chunk)
    ids = [one.id for one in chunk.parcels]
    rest = WholeFile(str(path), drop(path, whole.drop.index), "h").read(1 << 20)
    assert rest is not None
    ids += [one.id for one in rest.parcels]
    assert len(set(ids)) == 100
    everything = WholeFile(str(path), drop(path), "h").read(1 << 20)
    assert everything is not None
    assert [one.id for one in everything.parcels] == ids
    assert WholeFile(str(path), drop(path, 100), "h").read(1 << 20) is None


def test_damage_is_counted_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"message": "one"}\n{"mess\n{"message": "two"}\n')
    chunk = WholeFile(str(path), drop(path), "h").read(1 << 20)
    assert chunk is not None
    assert (len(chunk.parcels), chunk.refused) == (2, 1)
    assert "line 2" in chunk.reason


def test_hashes_of_a_beginning_and_of_all(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 3_000_000)
    first, whole, size = hashes(str(path), 10)
    (tmp_path / "b").write_bytes(b"x" * 10)
    assert size == 3_000_000
    assert hashes(str(tmp_path / "b"), 10)[:2] == (first, first)
    assert hashes(str(tmp_path / "b"), 11)[0] == ""
    assert whole != first


def test_an_event_of_windows_has_one_id_in_whichever_export_it_stands(tmp_path: Path) -> None:
    found = []
    for name in ("a.evtx", "b.evtx"):
        path = tmp_path / name
        path.write_bytes(evtx_file([sysmon_start(n) for n in range(40)]))
        chunk = WholeFile(str(path), Drop(str(path), 1, 2, 9, key=name), "h").read(1 << 20)
        assert chunk is not None
        found.append([one.id for one in chunk.parcels])
    assert found[0] == found[1]
    assert len(set(found[0])) == 40
