"""Folders whose files are read once: when they have settled, once only, across kills, moved aside or left."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Rig

Lines = Callable[[int, int], str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "drop"
    path.mkdir()
    return path


def test_a_dropped_file_is_sent_once_and_moved_aside(rig: Rig, folder: Path) -> None:
    (folder / "a.json").write_text('{"message": "one", "n": 1}\n{"message": "two", "n": 2}\n')
    assert rig.once(rig.logs, drop=[folder]) == ["one", "two"]
    assert (folder / "done/a.json").exists()
    (folder / "again.json").write_bytes((folder / "done/a.json").read_bytes())
    assert len(rig.once(rig.logs, drop=[folder])) == 2
    assert rig.counts.doubles == 1
    assert (folder / "done/again.json").exists()
    (folder / "a.json").write_text('{"message": "three"}\n')
    assert rig.once(rig.logs, drop=[folder])[-1] == "three"
    assert (folder / "done/a-1.json").exists()


def test_archives_are_opened_and_what_cannot_be_read_is_counted(rig: Rig, folder: Path) -> None:
    with zipfile.ZipFile(folder / "logs.zip", "w") as archive:
        archive.writestr("in/x.json", '{"message": "inside"}\n')
        archive.writestr("picture.png", bytes(range(256)))
    assert rig.once(rig.logs, drop=[folder]) == ["inside"]
    assert rig.counts.refused == 1
    assert "picture.png" in rig.counts.last_refusal


def test_files_that_are_left_are_remembered_and_read_on_when_they_grow(rig: Rig, folder: Path) -> None:
    path = folder / "a.json"
    path.write_text('{"message": "one"}\n')
    (folder / "b.part").write_text("not yet")
    (folder / ".hidden").write_text("not at all")
    for _turn in range(2):
        assert rig.once(rig.logs, drop=[folder], move=False) == ["one"]
    with path.open("a") as file:
        file.write('{"message": "one"}\n')
    assert rig.once(rig.logs, drop=[folder], move=False) == ["one", "one"]


def test_a_file_that_still_grows_is_waited_for(rig: Rig, folder: Path) -> None:
    forwarder = rig.make(rig.logs, drop=[folder], once=False)
    drops = forwarder._drops
    drops._settle = 1000.0
    (folder / "a.json").write_text('{"message": "one"}\n')
    drops.scan()
    drops.scan()
    assert drops.current is None
    assert drops.waiting == 1
    drops._settle = 0.0
    drops.scan()
    assert drops.current is not None
    forwarder.stop.set()
    forwarder.run()


def test_a_file_that_cannot_be_opened_or_moved_is_told(rig: Rig, folder: Path) -> None:
    (folder / "a.json").write_text('{"message": "one"}\n')
    (folder / "done").write_text("a file, no folder")
    assert rig.once(rig.logs, drop=[folder]) == ["one"]
    assert any("cannot be moved" in text for text in rig.said)
    (folder / "b.json").write_text('{"message": "two"}\n')
    forwarder = rig.make(rig.logs, drop=[folder], once=False)
    forwarder._drops.scan()
    os.unlink(folder / "b.json")
    forwarder._drops.scan()
    forwarder.stop.set()
    forwarder.run()
