"""What is particular to the journal on JetStream: kills of the server, its settings, oversize, damage."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.servers.nats import NatsServer

from keng.journal.jetstream import JetStreamJournal
from keng.model.batch import Batch

BIG = 1 << 30


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NatsServer]:
    running = NatsServer(tmp_path)
    yield running
    running.kill()


@pytest.fixture
def journal(server: NatsServer) -> Iterator[JetStreamJournal]:
    opened = JetStreamJournal(server.url, BIG)
    yield opened
    opened.close()


def batch(n: int, source: str = "src") -> Batch:
    return Batch(source, "agency", "elastic_bulk", "127.0.0.1:1", n, (b"%d" % n, b"x" * 500))


def test_kill_9_of_the_server_under_load_loses_no_acknowledged_batch(
    server: NatsServer, journal: JetStreamJournal
) -> None:
    acked: dict[int, int] = {}
    stop = threading.Event()

    def work(k: int) -> None:
        n = k * 1_000_000
        while not stop.is_set():
            numbers = list(range(n, n + 1 + n % 3))  # single messages and atomic batches
            try:
                offsets = journal.append([batch(i) for i in numbers])
            except OSError:
                continue
            acked.update(zip(numbers, offsets, strict=True))
            n = numbers[-1] + 1

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for _turn in range(3):
        before, until = len(acked), time.monotonic() + 10
        while len(acked) < before + 100 and time.monotonic() < until:
            time.sleep(0.01)
        server.kill()
        server.start()
    stop.set()
    for thread in threads:
        thread.join(30)
    assert len(acked) >= 300
    held: dict[int, int] = {}
    doubled: list[int] = []
    after = 0
    while entries := journal.read(after, 1000):
        for entry in entries:
            if entry.batch.received_us in held:
                doubled.append(entry.batch.received_us)
            held[entry.batch.received_us] = entry.offset
        after = entries[-1].offset
    assert doubled == []
    assert {n: held.get(n) for n in acked} == acked


def test_while_the_server_is_away_an_append_waits_and_then_succeeds_once(
    server: NatsServer, journal: JetStreamJournal
) -> None:
    journal.append([batch(1)])
    server.kill()
    timer = threading.Timer(1.0, server.start)
    timer.start()
    assert journal.append([batch(2), batch(3)]) == [2, 3]
    timer.join()
    assert [entry.batch.received_us for entry in journal.read(0)] == [1, 2, 3]


def test_the_health_page_has_figures_while_the_server_is_away(
    server: NatsServer, journal: JetStreamJournal
) -> None:
    journal.append([batch(1)])
    held = journal.size_bytes()
    server.kill()
    time.sleep(0.2)
    started = time.monotonic()
    assert (journal.last_offset(), journal.size_bytes()) == (1, held)
    journal.trim(1)
    assert time.monotonic() - started < 12


def test_an_acknowledgement_that_was_lost_is_found_again(journal: JetStreamJournal) -> None:
    journal.append([batch(1)])
    single = [journal._message(batch(2), "one")]
    several = [journal._message(batch(n), f"many-{n}") for n in (3, 4, 5)]
    for messages, offsets in ((single, [2]), (several, [3, 4, 5])):
        for _turn in range(2):  # the second time is the repetition of an append whose answer was lost
            assert journal._broker.call(journal._publish(messages), 10) == offsets
    assert journal.last_offset() == 5


def test_two_processes_may_append_and_each_reads_all(server: NatsServer, journal: JetStreamJournal) -> None:
    other = JetStreamJournal(server.url, BIG)
    timer = threading.Timer(0.2, lambda: other.append([batch(2, "b")]))
    journal.append([batch(1, "a")])
    timer.start()
    assert [entry.offset for entry in journal.read(1, timeout=10)] == [2]
    assert [entry.batch.source for entry in other.read(0)] == ["a", "b"]
    assert other.last_offset() == journal.last_offset() == 2
    other.close()


def test_offsets_of_a_stream_that_was_made_anew_begin_after_the_cursor(server: NatsServer) -> None:
    journal = JetStreamJournal(server.url, BIG, floor=41)
    assert journal.last_offset() == 41
    assert journal.append([batch(1)]) == [42]
    assert [entry.offset for entry in journal.read(41)] == [42]
    journal.close()


def test_the_bound_can_be_changed(server: NatsServer) -> None:
    JetStreamJournal(server.url, BIG).close()
    journal = JetStreamJournal(server.url, 10_000_000)
    state = journal._broker.call(journal._ask("STREAM.INFO"), 5)
    assert state["config"]["max_bytes"] == 10_000_000
    journal.close()


def test_a_server_that_takes_small_messages_only_is_refused_with_advice(tmp_path: Path) -> None:
    server = NatsServer(tmp_path, max_payload="1MB")
    try:
        with pytest.raises(OSError, match="max_payload"):
            JetStreamJournal(server.url, BIG)
    finally:
        server.kill()


def test_a_stream_of_other_settings_is_refused_and_left_as_it_is(
    server: NatsServer, journal: JetStreamJournal
) -> None:
    config = {"name": "OTHER", "subjects": ["OTHER.journal.*"], "storage": "memory", "discard": "old"}
    journal._broker.call(journal._broker.aask("STREAM.CREATE.OTHER", config), 5)
    with pytest.raises(OSError, match="discard"):
        JetStreamJournal(server.url, BIG, stream="OTHER")
    found = journal._broker.call(journal._broker.aask("STREAM.INFO.OTHER"), 5)["config"]
    assert found["storage"] == "memory"


def test_no_server_is_an_error_at_once_that_says_what_to_do() -> None:
    started = time.monotonic()
    with pytest.raises(OSError, match="nats-server running"):
        JetStreamJournal("nats://127.0.0.1:1", BIG)
    assert time.monotonic() - started < 8


def test_a_damaged_message_is_passed_by_and_the_rest_read(journal: JetStreamJournal) -> None:
    journal.append([batch(1)])
    journal._broker.call(journal._broker.arequest("KENG.journal.00", b"not a batch"), 5)
    journal.append([batch(3)])
    entries = journal.read(0)
    assert [entry.offset for entry in entries] == [1, 2, 3]
    assert entries[1].batch.records == ()
    assert entries[2].batch == batch(3)


def test_a_batch_beyond_what_a_message_may_have_is_refused(journal: JetStreamJournal) -> None:
    noise = threading.get_native_id().to_bytes(4, "big")
    blocks = []
    from hashlib import sha256

    for _n in range(300_000):
        noise = sha256(noise).digest()
        blocks.append(noise)
    with pytest.raises(OSError, match="max_payload"):
        journal.append([Batch("s", "a", "t", "", 0, (b"".join(blocks),))])
    assert journal.last_offset() == 0


def test_large_batches_are_read_in_portions(journal: JetStreamJournal) -> None:
    big = [Batch("s", "a", "t", "", n, (b"%d" % n + bytes(3_000_000),) * 2) for n in range(1, 9)]
    journal.append(big)
    after, portions = 0, []
    while entries := journal.read(after):
        portions.append(len(entries))
        after = entries[-1].offset
    assert sum(portions) == 8
    assert max(portions) < 4
