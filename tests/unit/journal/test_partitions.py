"""Partitions of the journal."""

from collections import Counter

from keng.journal.partitions import PARTITIONS, partition_of


def test_an_agency_has_one_partition_for_ever() -> None:
    assert [partition_of(name) for name in ("bv-win", "so-fw", "")] == [10, 10, 0]


def test_agencies_spread_over_all_partitions() -> None:
    counts = Counter(partition_of(f"source-{n}") for n in range(1600))
    assert len(counts) == PARTITIONS
    assert max(counts.values()) < 200
