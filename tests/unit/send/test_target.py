"""What an answer can be."""

from keng.send.target import Delivered, Later


def test_the_plain_answers_are_the_good_ones() -> None:
    assert Delivered().refused == 0
    assert not Later("why").denied
