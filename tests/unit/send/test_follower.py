"""Rotation in all its ways, met while running and while nobody looked: every line once."""

import gzip
import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Rig

Lines = Callable[[int, int], str]


def numbers(found: list[str]) -> list[int]:
    return [int(line.split()[1]) for line in found]


def test_a_file_that_was_renamed_while_nobody_looked_is_read_to_its_end(rig: Rig, lines: Lines) -> None:
    path = rig.write("a.log", lines(0, 50))
    rig.once(path)
    rig.write("a.log", lines(50, 60))
    path.rename(rig.logs / "a.log.1")
    rig.write("a.log", lines(60, 70))
    assert numbers(rig.once(path)) == list(range(70))


def test_two_rotations_while_nobody_looked_lose_nothing(rig: Rig, lines: Lines) -> None:
    path = rig.write("a.log", lines(0, 50))
    rig.once(path)
    rig.write("a.log", lines(50, 60))
    path.rename(rig.logs / "a.log.2")
    rig.write("a.log", lines(60, 70))
    path.rename(rig.logs / "a.log.1")
    rig.write("a.log", lines(70, 80))
    assert sorted(numbers(rig.once(path))) == list(range(80))


def test_a_file_that_was_copied_and_cut_goes_on_in_its_copy(rig: Rig, lines: Lines) -> None:
    path = rig.write("a.log", lines(0, 50))
    rig.once()
    rig.write("a.log", lines(50, 60))
    shutil.copyfile(path, rig.logs / "a.log.1")
    os.truncate(path, 0)
    rig.write("a.log", lines(60, 200))
    assert sorted(numbers(rig.once())) == list(range(200))
    assert rig.counts.lost_bytes == 0


def test_a_copy_is_not_sent_again_while_the_file_is_still_whole(rig: Rig, lines: Lines) -> None:
    path = rig.write("a.log", lines(0, 50))
    rig.once()
    shutil.copyfile(path, rig.logs / "a.log.1")
    assert len(rig.once()) == 50
    os.truncate(path, 0)
    rig.write("a.log", lines(50, 55))
    assert sorted(numbers(rig.once())) == list(range(55))


def test_a_file_that_was_packed_while_nobody_looked_is_read_on_in_the_packed_one(
    rig: Rig, lines: Lines
) -> None:
    path = rig.write("a.log", lines(0, 50))
    rig.once(path)
    rig.write("a.log", lines(50, 60))
    with gzip.open(rig.logs / "a.log.1.gz", "wb") as packed:
        packed.write(path.read_bytes())
    path.unlink()
    rig.write("a.log", lines(60, 70))
    rig.once(path)
    for _turn in range(3):
        rig.once(path)  # that a file is gone for good is believed after some looks
    assert sorted(numbers(rig.target.lines)) == list(range(70))
    assert list((rig.state / "spool").iterdir()) == []


def test_packed_files_are_never_followed(rig: Rig, lines: Lines) -> None:
    with gzip.open(rig.logs / "a.log.1.gz", "wb") as packed:
        packed.write(lines(0, 5).encode())
    rig.write("a.log", lines(5, 9))
    assert numbers(rig.once()) == list(range(5, 9))


def test_a_removed_file_is_read_out_into_the_spool_while_the_centre_is_away(rig: Rig, lines: Lines) -> None:
    path = rig.write("a.log", lines(0, 10))
    rig.once(path)
    rig.write("a.log", lines(10, 30))
    rig.target.away = True
    forwarder = rig.make(path, once=False)
    thread = threading.Thread(target=forwarder.run)
    thread.start()
    wait(lambda: rig.counts.retries > 0)
    path.unlink()
    wait(lambda: any((rig.state / "spool").iterdir()))
    forwarder.stop.set()
    thread.join(10)
    rig.target.away = False
    assert sorted(numbers(rig.once(path))) == list(range(30))
    rig.once(path)
    assert list((rig.state / "spool").iterdir()) == []


def test_what_does_not_fit_into_the_spool_is_counted_and_told(rig: Rig, lines: Lines) -> None:
    rig.spool_max = 1000
    path = rig.write("a.log", lines(0, 1000))
    rig.target.away = True
    forwarder = rig.make(path, once=False)
    thread = threading.Thread(target=forwarder.run)
    thread.start()
    wait(lambda: rig.counts.retries > 0)
    size = path.stat().st_size
    path.unlink()
    wait(lambda: rig.counts.lost_bytes > 0)
    forwarder.stop.set()
    thread.join(10)
    assert rig.counts.lost_bytes == size - 1000
    assert any("LOST" in text for text in rig.said)
    rig.target.away = False
    assert "\n".join(rig.once(path)) == lines(0, 1000)[:1000].rstrip("\n")  # the oldest are kept


def test_an_inode_that_is_used_again_is_another_file(rig: Rig, lines: Lines) -> None:
    path = rig.write("a.log", lines(0, 20))
    rig.once()
    with path.open("r+b") as file:  # the same inode with other bytes, as a file system may give it out again
        file.truncate(0)
        file.write(lines(100, 130).encode())
    assert sorted(numbers(rig.once())) == [*range(20), *range(100, 130)]


def test_only_what_is_written_from_now_on_with_from_end(rig: Rig, lines: Lines) -> None:
    path = rig.write("a.log", lines(0, 20))
    rig.once(path, from_end=True)
    rig.write("a.log", lines(20, 25))
    assert numbers(rig.once(path, from_end=True)) == list(range(20, 25))


def test_binary_files_are_left_out_and_told(rig: Rig) -> None:
    rig.write("a.bin", bytes(range(256)) * 10)
    assert rig.once() == []
    assert any("not text" in text for text in rig.said)


def wait(condition: Callable[[], object]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_paths_of_rotated_files_are_told_by_where_they_came_from(rig: Rig, lines: Lines) -> None:
    path = rig.write("a.log", lines(0, 3))
    rig.target.away = True
    forwarder = rig.make(path, once=False)
    thread = threading.Thread(target=forwarder.run)
    thread.start()
    wait(lambda: rig.counts.retries > 0)
    path.rename(rig.logs / "a.log.1")
    rig.target.away = False
    wait(lambda: len(rig.target.kept) == 3)
    forwarder.stop.set()
    thread.join(10)
    assert all(str(Path("logs/a.log")) + '"' in document.decode() for document in rig.target.kept.values())


def test_a_disk_that_has_another_number_after_a_restart_doubles_nothing(rig: Rig, lines: Lines) -> None:
    path, other = rig.write("a.log", lines(0, 20)), rig.write("b.log", lines(100, 110))
    rig.once(path, other)
    for place in rig.book.places.places.values():
        place.device += 7
    rig.book.changed = True
    rig.book.save()
    other.rename(rig.logs / "b.log.1")
    rig.write("b.log.1", lines(110, 115))
    rig.write("a.log", lines(20, 25))
    assert sorted(numbers(rig.once(path, other))) == [*range(25), *range(100, 115)]
    assert len(rig.book.places.places) == 2


@pytest.mark.parametrize("single", [False, True])
def test_a_file_that_was_packed_before_anybody_met_it_is_read_once(
    rig: Rig, lines: Lines, single: bool
) -> None:
    paths = (rig.logs / "a.log",) if single else ()
    path = rig.write("a.log", lines(0, 50))
    rig.write("a.log.9.gz", gzip.compress(lines(900, 950).encode()))  # it was there before us
    os.utime(rig.logs / "a.log.9.gz", ns=(1, 1))
    rig.once(*paths)
    rig.write("a.log", lines(50, 60))
    path.rename(rig.logs / "a.log.3")
    for name, start in (("a.log.2", 60), ("a.log.1", 120)):
        time.sleep(0.01)
        (rig.logs / f"{name}.gz").write_bytes(gzip.compress(lines(start, start + 60).encode()))
    rig.write("a.log", lines(180, 200))
    assert sorted(rig.once(*paths)) == sorted(lines(0, 200).splitlines())
    # Those that were read are packed, too, with the time of their packing: nothing is new.
    for name in ("a.log.3", "a.log"):
        packed = gzip.compress((rig.logs / name).read_bytes())
        (rig.logs / name).unlink()
        (rig.logs / ("a.log.0.gz" if name == "a.log" else f"{name}.gz")).write_bytes(packed)
    for n in range(3):
        rig.write("a.log", lines(200 + n, 201 + n))
        rig.once(*paths)
        time.sleep(0.01)
        (rig.logs / "a.log").rename(rig.logs / f"a.log.new{n}.1")
    assert sorted(rig.target.lines) == sorted(lines(0, 203).splitlines())
    assert len(rig.target.kept) == 203


def test_a_single_run_ends_only_when_packed_and_removed_files_are_read_out(rig: Rig, lines: Lines) -> None:
    path = rig.write("a.log", lines(0, 100))
    forwarder = rig.make(rig.logs, once=False)
    forwarder._look()
    chunk = rig.follower.feeds(False)[0][0].read(500, False)
    assert chunk is not None
    rig.target.deliver(chunk.parcels)
    chunk.feed.arrived(chunk)
    rig.book.save()
    rig.follower.close()
    (rig.logs / "a.log.1.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    rig.write("a.log", lines(100, 110))
    assert numbers(sorted(rig.once(), key=lambda line: int(line.split()[1]))) == list(range(110))
