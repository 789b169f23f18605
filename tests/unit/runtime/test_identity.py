from keng.journal.base import Entry
from keng.model.batch import Batch
from keng.runtime.identity import RecentIds, event_ids


def batch(
    *records: bytes, source: str = "s", transport: str = "elastic_bulk", ids: tuple[str, ...] = ()
) -> Batch:
    return Batch(source, "a", transport, "p", 7, records, ids)


def ids(one: Batch, offset: int = 1) -> list[bytes]:
    return event_ids(Entry(offset, one))


def test_the_same_request_sent_again_has_the_same_ids() -> None:
    assert ids(batch(b"x", b"y"), 1) == ids(batch(b"x", b"y"), 99)


def test_equal_records_in_one_request_are_two_events() -> None:
    first, second, other = ids(batch(b"x", b"x", b"y"))
    assert len({first, second, other}) == 3
    assert ids(batch(b"x", b"z", b"x")) == [first, ids(batch(b"z"))[0], second]


def test_ids_are_of_16_bytes_and_differ_by_source() -> None:
    (one,) = ids(batch(b"x"))
    assert len(one) == 16
    assert one != ids(batch(b"x", source="t"))[0]
    assert ids(batch(b"x", source="s1"))[0] != ids(batch(b"1x", source="s"))[0]


def test_the_senders_id_decides_where_there_is_one() -> None:
    with_id = ids(batch(b"x", b"y", b"y", ids=("i/1", "i/1", "")))
    assert with_id[0] == with_id[1] != with_id[2]
    assert with_id[2] == ids(batch(b"y"))[0]
    assert ids(batch(b"i/1"))[0] != with_id[0]


def test_syslog_lines_are_told_apart_by_their_place_in_the_journal() -> None:
    lines = batch(b"x", b"x", transport="syslog_udp")
    assert len({*ids(lines, 1), *ids(lines, 2)}) == 4
    assert ids(lines, 1) == ids(lines, 1)


def test_the_newest_ids_are_remembered_and_the_oldest_forgotten() -> None:
    recent = RecentIds(100)
    for n in range(1000):
        recent.add([b"%d" % n])
        assert b"%d" % max(0, n - 49) in recent
    assert b"1" not in recent
    assert 50 <= len(recent) <= 100
