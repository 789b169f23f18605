import errno
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from keng.runtime.reserve import ENOUGH, LOW, SIZE, STEP, Reserve


class Disk:
    """How much is free, as the test says; what the reserve takes is real."""

    def __init__(self) -> None:
        self.free = 10 * SIZE

    def statvfs(self, _path: Path) -> SimpleNamespace:
        return SimpleNamespace(f_bavail=self.free, f_frsize=1)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    disk = Disk()
    monkeypatch.setattr(os, "statvfs", disk.statvfs)
    return disk


def test_room_is_kept_back_given_up_on_a_full_disk_and_kept_back_again(disk: Disk, tmp_path: Path) -> None:
    reserve = Reserve(tmp_path)
    file = tmp_path / "reserve"
    assert (reserve.spent, file.stat().st_blocks * 512 >= SIZE) == (False, True)
    disk.free = LOW
    reserve.look()
    assert (reserve.spent, reserve.failure) == (False, "")
    disk.free = LOW - 1
    reserve.look()
    assert (reserve.spent, file.stat().st_size) == (True, SIZE)
    assert "no room" in reserve.failure
    disk.free = 0
    reserve.look()
    reserve.look()
    assert file.stat().st_size == SIZE - 2 * STEP
    for _n in range(SIZE // STEP):
        reserve.look()
    assert file.stat().st_size == 0
    disk.free = ENOUGH - 1
    reserve.look()
    assert (reserve.spent, file.stat().st_size) == (True, 0)
    disk.free = ENOUGH
    reserve.look()
    assert (reserve.spent, file.stat().st_size) == (False, SIZE)
    reserve.release()
    assert not file.exists()


def test_a_disk_that_is_full_at_the_start_is_waited_for(disk: Disk, tmp_path: Path) -> None:
    disk.free = SIZE - 1
    reserve = Reserve(tmp_path)
    assert reserve.spent
    disk.free = ENOUGH
    reserve.look()
    assert not reserve.spent


def test_what_a_killed_centre_left_is_taken_over(disk: Disk, tmp_path: Path) -> None:
    Reserve(tmp_path)
    disk.free = LOW
    assert not Reserve(tmp_path).spent


def test_room_that_another_program_took_meanwhile_is_asked_for_again(
    disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "posix_fallocate", full)
        reserve = Reserve(tmp_path)
        assert reserve.spent
    reserve.look()
    assert not reserve.spent
