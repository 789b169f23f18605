"""Ids of records."""

from keng.send.feed import record_id


def test_an_id_is_the_same_for_the_same_place_and_content_only() -> None:
    one = record_id("k", 7, b"line")
    assert one == record_id("k", 7, b"line")
    assert len(one) == 32
    assert (
        len({one, record_id("k", 8, b"line"), record_id("l", 7, b"line"), record_id("k", 7, b"lines")}) == 4
    )
