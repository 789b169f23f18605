"""Files under the arguments."""

import os
from pathlib import Path

import pytest

from keng.scan.refused import Refused
from keng.scan.walk import Found, find_files, identity


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("logs/b.json", "logs/a/x.evtx", "logs/a/y.log", "other.log"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(name)
    return tmp_path


def labels(*arguments: str) -> list[str]:
    return [
        found.label if isinstance(found, Found) else f"refused {found.where}"
        for found in find_files(arguments)
    ]


def test_files_are_sorted_and_labelled_as_reached_from_the_argument(tree: Path) -> None:
    assert labels("logs", "./other.log") == ["logs/a/x.evtx", "logs/a/y.log", "logs/b.json", "./other.log"]
    assert labels("logs/") == ["logs/a/x.evtx", "logs/a/y.log", "logs/b.json"]
    assert labels(str(tree / "logs/a")) == [str(tree / "logs/a/x.evtx"), str(tree / "logs/a/y.log")]


def test_each_file_once_and_loops_of_links_end(tree: Path) -> None:
    os.symlink("..", "logs/a/up")
    os.symlink("b.json", "logs/c.json")
    assert labels("logs", "logs/b.json") == ["logs/a/x.evtx", "logs/a/y.log", "logs/b.json"]


def test_what_is_missing_special_or_broken_is_refused_and_the_rest_goes_on(tree: Path) -> None:
    os.mkfifo("logs/pipe")
    os.symlink("nowhere", "logs/dangling")
    found = labels("absent", "logs", "x\0y")
    assert found == [
        "refused absent", "logs/a/x.evtx", "logs/a/y.log", "logs/b.json", "refused logs/dangling", "refused logs/pipe",
        "refused x\0y",
    ]  # fmt: skip


def test_size_and_time_are_told(tree: Path) -> None:
    os.utime("other.log", ns=(0, 5_000_000_123))
    (found,) = find_files(["other.log"])
    assert not isinstance(found, Refused)
    assert (found.size, found.changed_us) == (9, 5_000_000)


def test_what_the_scan_itself_writes_is_left_out_however_it_is_reached(tree: Path) -> None:
    os.link("logs/b.json", "logs/same")
    own = frozenset({identity(os.stat("logs/b.json"))})
    found = [file.label for file in find_files(["logs", "logs/b.json"], own) if isinstance(file, Found)]
    assert found == ["logs/a/x.evtx", "logs/a/y.log"]
