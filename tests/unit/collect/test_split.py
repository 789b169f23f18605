from keng.collect.ports import MAX_BATCH_BYTES, MAX_BATCH_RECORDS, Sender
from keng.collect.split import split

SENDER = Sender("s", "a")


def test_nothing_is_no_batch() -> None:
    assert split(SENDER, "t", "p", 1, []) == []


def test_many_records_are_cut_by_number_in_order() -> None:
    records = [b"%d" % n for n in range(MAX_BATCH_RECORDS * 2 + 1)]
    ids = [str(n) for n in range(len(records))]
    batches = split(SENDER, "t", "p", 1, records, ids)
    assert [len(batch.records) for batch in batches] == [MAX_BATCH_RECORDS, MAX_BATCH_RECORDS, 1]
    assert [record for batch in batches for record in batch.records] == records
    assert [one for batch in batches for one in batch.ids] == ids


def test_large_records_are_cut_by_bytes() -> None:
    batches = split(SENDER, "t", "p", 1, [b"x" * (MAX_BATCH_BYTES // 2 + 1)] * 3)
    assert [len(batch.records) for batch in batches] == [1, 1, 1]


def test_ids_that_are_all_empty_are_left_out() -> None:
    (batch,) = split(SENDER, "t", "p", 1, [b"a", b"b"], ["", ""])
    assert batch.ids == ()
