"""Which files there are."""

from pathlib import Path

import pytest

from keng.send.find import find, is_packed, is_related, look, rotated


def test_files_folders_and_patterns_give_each_file_once(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.log", "b.txt", "in/c.log", ".hidden"):
        (tmp_path / name).write_text("x")
    (tmp_path / "in/loop").symlink_to(tmp_path)
    found = find([str(tmp_path), str(tmp_path / "*.log"), str(tmp_path / "a.log"), str(tmp_path / "nothing")])
    assert sorted(Path(one.path).name for one in found.values()) == ["a.log", "b.txt", "c.log"]
    assert [Path(one.path).name for one in find([f"{tmp_path}/**/*.log"]).values()] == ["a.log", "c.log"]
    assert look("/dev/null") is None
    assert look("a\0b") is None


@pytest.mark.parametrize(
    ("other", "related"),
    [
        ("a.log.1", True),
        ("a.log-20261124", True),
        ("a.log.2.gz", True),
        ("a-2026-11-24.log", True),
        ("a.1.log", True),
        ("a.log.old", True),
        ("a.log", False),
        ("a_ssl.log", False),
        ("ab.log.1", False),
        ("other.log", False),
    ],
)
def test_names_that_rotation_gives_are_known(other: str, related: bool) -> None:
    assert is_related("/x/a.log", f"/x/{other}") is related
    assert not is_related("/x/a.log", f"/y/{other}")


def test_rotated_files_come_oldest_first_without_packed_ones(tmp_path: Path) -> None:
    import os

    for age, name in enumerate(("a.log", "a.log.1", "a.log.2", "a.log.3.gz")):
        (tmp_path / name).write_bytes(b"\x1f\x8b" if name.endswith("gz") else b"x")
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    assert [Path(one.path).name for one in rotated(str(tmp_path / "a.log"))] == ["a.log.2", "a.log.1"]
    assert is_packed(str(tmp_path / "a.log.3.gz"))
    assert is_packed(str(tmp_path / "nothing"))
