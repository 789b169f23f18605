import threading

from keng.runtime.accounting import Accounting, Counts, difference, waiting


def test_counts_add_up_from_many_threads() -> None:
    accounting = Accounting()

    def work() -> None:
        for _n in range(1000):
            accounting.add(received=2, stored=1)

    threads = [threading.Thread(target=work) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert accounting.counts() == Counts(received=16_000, stored=8_000)


def test_the_difference_is_zero_when_every_record_has_its_fate() -> None:
    counts = Counts(
        received=100,
        journaled=90,
        carried=5,
        stored=80,
        duplicates=4,
        rejected=9,
        rejected_at_door=7,
        dropped=3,
    )
    assert waiting(counts) == 90 + 5 - 80 - 4 - 2
    assert difference(counts, waiting(counts)) == 0


def test_a_lost_record_shows() -> None:
    assert difference(Counts(received=10, journaled=10, stored=9), 0) == 1
