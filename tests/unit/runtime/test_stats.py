from keng.runtime.accounting import Counts
from keng.runtime.stats import COUNTERS, Stats, from_counts


def test_every_counter_is_a_number_of_the_stats() -> None:
    found = from_counts(Counts(received=3, detections=2))
    assert (found["received"], found["detected"]) == (3, 2)
    assert set(found) <= set(Stats.__struct_fields__)
    assert set(COUNTERS) <= set(Stats.__struct_fields__)
