from keng.collect.ports import Door, Outcome, Refusal, Sender
from keng.runtime.reception import Reception

from .conftest import MemoryDoor


def test_the_centre_and_the_test_door_are_doors() -> None:
    def check(door: type[Door]) -> None:
        assert door

    check(Reception)
    check(MemoryDoor)


def test_senders_are_told_apart_by_value() -> None:
    assert Sender("s", "a") == Sender("s", "a") != Sender("s", "b")
    assert Refusal(401, "x").status == 401
    assert {Outcome.TAKEN, Outcome.FULL, Outcome.FAILED} == set(Outcome)
