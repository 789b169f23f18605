"""Folders whose files are read once: when they have settled, once only, across kills, moved aside or left."""

import errno
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from keng.send import drops as drops_module
from keng.send.forwarder import Forwarder

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


def growing(rig: Rig, folder: Path) -> Forwarder:
    """A forwarder that has read what was there; `turn` goes on."""
    forwarder = rig.make(rig.logs, drop=[folder], once=False)
    turn(forwarder)
    return forwarder


def turn(forwarder: Forwarder) -> None:
    for _n in range(6):
        forwarder._look(now=True)
        forwarder._move()


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("kind", ["json", "log"])
def test_a_copy_that_paused_too_long_is_read_on_after_it_was_moved(
    rig: Rig, folder: Path, restarted: bool, kind: str
) -> None:
    text = "".join(
        f'{{"message": "slow {n}"}}\n' if kind == "json" else f"Nov  3 01:02:03 h a: slow {n}\n"
        for n in range(100)
    )
    with (folder / f"a.{kind}").open("w") as file:
        file.write(text[:1234])
        file.flush()
        forwarder = growing(rig, folder)
        assert (folder / f"done/a.{kind}").exists()
        if restarted:
            forwarder.stop.set()
            forwarder.run()
        file.write(text[1234:])
    if restarted:
        forwarder = rig.make(rig.logs, drop=[folder], once=False)
    turn(forwarder)
    sent = [line.split("slow ")[-1] for line in rig.target.lines]
    assert [one for one in sent if sent.count(one) > 1] == []
    assert {str(n) for n in range(100)} <= set(sent)
    assert len(sent) <= 101  # half of a line may have been one
    assert not (folder / "done/done").exists()
    again = len(rig.target.kept)
    turn(forwarder)
    assert len(rig.target.kept) == again
    forwarder.stop.set()
    forwarder.run()


def test_a_copy_that_makes_room_first_doubles_nothing(rig: Rig, folder: Path) -> None:
    text = "".join(f'{{"message": "slow {n}"}}\n' for n in range(100)).encode()
    with (folder / "a.json").open("wb") as file:
        file.truncate(len(text))
        file.write(text[:1200])
        file.flush()
        forwarder = growing(rig, folder)
        file.write(text[1200:])
    os.utime(folder / "done/a.json", ns=(1, 1))
    turn(forwarder)
    assert sorted(rig.target.lines) == sorted(f"slow {n}" for n in range(100))
    forwarder.stop.set()
    forwarder.run()


def test_a_file_that_changes_while_it_is_read_is_not_moved_before_it_is_whole(rig: Rig, folder: Path) -> None:
    path = folder / "a.json"
    path.write_text('{"message": "one"}\n')
    forwarder = rig.make(rig.logs, drop=[folder], once=False)
    forwarder._look(now=True)
    forwarder._look(now=True)
    assert forwarder._drops.current is not None
    with path.open("a") as file:
        file.write('{"message": "two"}\n')
    forwarder._move()
    forwarder._move()
    assert path.exists()
    turn(forwarder)
    assert rig.target.lines == ["one", "two"]
    assert (folder / "done/a.json").exists()
    forwarder.stop.set()
    forwarder.run()


def test_a_file_that_could_not_be_read_is_tried_again(
    rig: Rig, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.json").write_text('{"message": "one"}\n')

    def stale(_path: str, _prefix: int) -> tuple[str, str, int]:
        raise OSError(errno.ESTALE, "Stale file handle")

    with monkeypatch.context() as share:
        share.setattr(drops_module, "hashes", stale)
        forwarder = growing(rig, folder)
    turn(forwarder)
    assert rig.target.lines == []
    monkeypatch.setattr(drops_module, "AGAIN_S", 0.0)
    forwarder._drops._again.clear()  # the time has passed
    turn(forwarder)
    assert rig.target.lines == ["one"]
    assert any("Stale file handle" in text for text in rig.said)
    forwarder.stop.set()
    forwarder.run()
