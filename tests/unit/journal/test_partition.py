"""A partition as a journal of its own."""

from pathlib import Path

from tests.servers.nats import NatsServer

from keng.journal.jetstream import JetStreamJournal
from keng.journal.partition import PartitionJournal
from keng.journal.partitions import partition_of
from keng.model.batch import Batch


def batch(agency: str, n: int) -> Batch:
    return Batch("src", agency, "elastic_bulk", "peer", n, (b"%d" % n,))


def test_a_partition_gives_its_own_entries_in_order_and_is_trimmed_alone(tmp_path: Path) -> None:
    server = NatsServer(tmp_path)
    journal = JetStreamJournal(server.url, 1 << 28)
    try:
        one, two = "agency-a", "agency-c"
        assert partition_of(one) != partition_of(two)
        view, other, whole = (
            PartitionJournal(journal, n) for n in (partition_of(one), partition_of(two), None)
        )
        view.append([batch(one if n % 3 else two, n) for n in range(12)])
        assert [entry.batch.received_us for entry in view.read(0)] == [1, 2, 4, 5, 7, 8, 10, 11]
        assert [entry.offset for entry in view.read(5, limit=2)] == [6, 8]
        assert [entry.batch.received_us for entry in whole.read(0)] == list(range(12))
        assert view.last_offset() == 12
        assert journal.is_empty_after(12, partition_of(one))
        assert not journal.is_empty_after(11, partition_of(one))
        assert journal.is_empty_after(10, partition_of(two))
        view.trim(12)
        journal.trim_partition(8, partition_of(one))
        assert [entry.batch.received_us for entry in view.read(0)] == [8, 10, 11]
        assert [entry.batch.received_us for entry in other.read(0)] == [0, 3, 6, 9]
        assert journal.held() == 7
        assert whole.records_after(0) == 7
        assert whole.size_bytes() > 0
        view.close()
        assert view.read(11, timeout=0.1)[0].offset == 12
    finally:
        journal.close()
        server.kill()
