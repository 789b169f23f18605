"""Windows of one group."""

from keng.detect.sigma.window import Entry, Window, _longest_order, _percentile

SPAN = 10


def test_a_window_slides_and_forgets_the_same_event_only_when_it_is_gone() -> None:
    window = Window()
    assert window.add(Entry(1, "a", 0), SPAN, 100)
    assert not window.add(Entry(1, "a", 0), SPAN, 100)
    assert window.add(Entry(11, "b", 0), SPAN, 100)
    window.slide(SPAN)
    assert window.event_ids() == ("a", "b")
    window.add(Entry(12, "c", 0), SPAN, 100)
    window.slide(SPAN)
    assert window.event_ids() == ("b", "c")


def test_late_entries_are_put_in_their_place_or_left_out() -> None:
    window = Window()
    for time in (20, 24):
        window.add(Entry(time, str(time), 0), SPAN, 100)
    assert window.add(Entry(22, "22", 0), SPAN, 100)
    assert window.event_ids() == ("20", "22", "24")
    assert not window.add(Entry(13, "13", 0), SPAN, 100)


def test_the_oldest_are_given_up_beyond_the_bound() -> None:
    window = Window()
    for time in range(50):
        window.add(Entry(time, str(time), 0), 1000, 20)
    assert len(window.entries) == 20
    assert window.entries[0].time_us == 30


def test_runs_of_one_rule_are_one_entry_where_order_counts() -> None:
    window = Window()
    for time, rule in enumerate((0, 0, 0, 1, 1)):
        window.add(Entry(time, str(time), rule), 1000, 20, runs=True)
    assert [entry.time_us for entry in window.entries] == [2, 4]


def test_orders_and_percentiles() -> None:
    assert _longest_order([1, 0, 2, 1, 2], 3) == 3
    assert _longest_order([2, 1, 0], 3) == 1
    assert _percentile([1, 2, 3, 4], 50) == 2.5
    assert _percentile([7], 99) == 7
