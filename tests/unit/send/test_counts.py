"""Telling things once."""

from keng.send.counts import Teller


def test_the_same_thing_is_told_once_in_a_while() -> None:
    said: list[str] = []
    tell = Teller(said.append, 100.0)
    tell("a")
    tell("a")
    tell("b 1", "b")
    tell("b 2", "b")
    assert said == ["a", "b 1"]
