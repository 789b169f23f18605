"""Processes that sift beside the scan: the same answers, in order, whatever happens to them."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from keng.detect.sigma import Engine, load_rules
from keng.formats.base import StreamError
from keng.scan.side_sieves import WAITING, SideSieves
from keng.scan.sieve import FileSieve


def line(number: int, command: str = "cmd") -> bytes:
    return (
        b'{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","UtcTime":"x","CommandLine":"%s","n":%d}'
        % (command.encode(), number)
    )


def batches(count: int) -> Iterator[tuple[int, list[bytes]]]:
    for number in range(count):
        yield (
            number,
            [line(place, "powershell -enc A" if place % 7 == number % 7 else "cmd") for place in range(50)],
        )


@pytest.fixture
def engine(rules_file: Path) -> Engine:
    return Engine(load_rules([rules_file]))


@pytest.mark.parametrize("processes", [0, 1, 3])
def test_answers_come_in_order_and_are_the_same(engine: Engine, processes: int) -> None:
    alone = list(FileSieve(engine).over(batches(30)))
    sides = SideSieves(engine, processes)
    assert list(sides.over(batches(30))) == alone
    assert list(sides.over(batches(3))) == alone[:3]
    assert list(sides.over(iter([]))) == []
    sides.close()
    assert [number for number, _sifted in alone] == list(range(30))
    assert alone[0][1].kept == list(range(0, 50, 7))


def test_no_more_than_a_few_batches_are_taken_ahead(engine: Engine) -> None:
    sides = SideSieves(engine, 1)
    taken = 0

    def counted() -> Iterator[tuple[int, list[bytes]]]:
        nonlocal taken
        for each in batches(4 * WAITING):
            taken += 1
            yield each

    for number, _sifted in sides.over(counted()):
        assert taken - number <= WAITING + 2
    sides.close()
    assert taken == 4 * WAITING


def test_what_damages_the_input_is_told_after_what_came_before(engine: Engine) -> None:
    def cut() -> Iterator[tuple[int, list[bytes]]]:
        yield from batches(5)
        raise StreamError("cut", "byte 7")

    sides = SideSieves(engine, 2)
    seen: list[int] = []
    with pytest.raises(StreamError, match="cut"):
        for number, _sifted in sides.over(cut()):
            seen.append(number)
    assert seen == [0, 1, 2, 3, 4]
    assert [number for number, _sifted in sides.over(batches(4))] == [0, 1, 2, 3]
    sides.close()


def test_a_process_that_is_killed_loses_nothing(engine: Engine) -> None:
    alone = list(FileSieve(engine).over(batches(30)))
    sides = SideSieves(engine, 2)
    found = []
    for number, each in enumerate(sides.over(batches(30))):
        if number == 3:
            os.kill(sides._sides[0].process_id, signal.SIGKILL)
        found.append(each)
    assert found == alone
    assert list(sides.over(batches(30))) == alone
    sides.close()


def test_who_stops_listening_leaves_nothing_behind(engine: Engine) -> None:
    sides = SideSieves(engine, 1)
    for _number, _sifted in sides.over(batches(30)):
        break
    assert list(sides.over(batches(3))) == list(FileSieve(engine).over(batches(3)))
    process = sides._sides[0].process_id
    sides.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
