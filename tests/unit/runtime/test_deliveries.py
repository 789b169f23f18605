from keng.model.batch import Batch
from keng.runtime.deliveries import with_deliveries_split


def batch(records: tuple[bytes, ...], ids: tuple[str, ...] = ()) -> Batch:
    return Batch("s", "a", "elastic_bulk", "127.0.0.1:1", 1, records, ids)


def test_records_of_a_delivery_stand_alone_and_in_order() -> None:
    split = with_deliveries_split(batch((b'{"a":1}', b'{"Records":[{"b":1},{"b":2}]}', b'{"c":1}')))
    assert split.records == (b'{"a":1}', b'{"b":1}', b'{"b":2}', b'{"c":1}')
    assert split.ids == ()


def test_the_sender_s_id_is_continued_by_the_place() -> None:
    split = with_deliveries_split(batch((b'[{"b":1},{"b":2}]', b"{}", b'[{"c":1},{"c":2}]'), ("x", "y", "")))
    assert split.ids == ("x/1", "x/2", "y", "", "")
    assert len(split.records) == len(split.ids)


def test_a_batch_without_deliveries_is_the_same_object() -> None:
    plain = batch((b'{"a":1}', b"May  1 05:00:00 h p: x"))
    assert with_deliveries_split(plain) is plain
