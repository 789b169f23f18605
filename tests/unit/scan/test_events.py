"""Batches of events of one log."""

import io

from keng.model.rejected import Rejected
from keng.model.time_zone import time_zone
from keng.scan.events import BATCH, read_events
from keng.scan.open import Log


def test_batches_are_bounded_and_events_know_where_they_stood() -> None:
    data = b'{"EventID": 1, "Channel": "Security"}\n' * (BATCH + 5) + b"broken\n"
    found = list(read_events(Log("a.json", io.BytesIO(data), 5_000_000)))
    batches = [each for each in found if isinstance(each, list)]
    assert [len(batch) for batch in batches] == [BATCH, 5]
    (problem,) = [each for each in found if isinstance(each, Rejected)]
    assert problem.position == f"line {BATCH + 6}"
    first, last = batches[0][0], batches[1][-1]
    assert (first.source, first.offset, last.offset) == ("a.json", 1, BATCH + 5)
    assert len(first.id) == 32 and first.id != last.id and first.time_us == 5_000_000


def test_the_same_log_has_the_same_ids() -> None:
    def ids() -> list[str]:
        log = Log("a.json", io.BytesIO(b'{"a":1}\n{"a":1}\n'), 0)
        return [event.id for batch in read_events(log) if isinstance(batch, list) for event in batch]

    assert ids() == ids() and len(set(ids())) == 2


def test_large_records_end_a_batch_early() -> None:
    data = (b'{"a": "' + b"x" * 12_000_000 + b'"}\n') * 4
    sizes = [len(batch) for batch in read_events(Log("a", io.BytesIO(data), 0)) if isinstance(batch, list)]
    assert sizes == [3, 1]


def test_content_is_taken_out_before_anything_sees_it() -> None:
    data = b'{"_path":"smtp","ts":1.0,"uid":"C1","mailfrom":"a@x.example","subject":"private words"}\n'
    (batch,) = list(read_events(Log("a", io.BytesIO(data), 0)))
    assert isinstance(batch, list)
    assert "subject" not in batch[0].fields and "private" not in batch[0].raw and batch[0].source == "a"


def test_times_without_a_zone_are_read_in_the_zone_that_was_asked_for() -> None:
    line = b"2024/05/01 19:00:00 [error] 1#1: *2 open() failed, client: 10.0.0.1, server: x\n"
    times = []
    for name in ("", "Asia/Ho_Chi_Minh"):
        (batch,) = read_events(Log("error.log", io.BytesIO(line), 0), time_zone(name))
        assert isinstance(batch, list)
        times.append(batch[0].time_us)
    assert times == [1_714_590_000_000_000, 1_714_564_800_000_000]
