"""Windows of one group."""

from tests.conformance.sigma.rules import ruleset

from keng.detect.sigma.rule import Correlation
from keng.detect.sigma.window import Entry, Window, _longest_order, _percentile, is_sliding

SPAN = 10


def correlation(kind: str, condition: str) -> Correlation:
    text = f"title: c\ncorrelation: {{type: {kind}, rules: [a], timespan: 1m, condition: {condition}}}"
    rule = "title: a\nname: a\nlogsource: {product: x}\ndetection: {s: {f: 1}, condition: s}\n---\n"
    return ruleset(rule + text).correlations[0]


def test_a_window_slides_and_forgets_the_same_event_only_when_it_is_gone() -> None:
    window = Window()
    window.add(Entry(1, "a", 0), 100)
    assert window.knows("a", 0)
    assert not window.knows("a", 1)
    window.add(Entry(11, "b", 0), 100)
    window.slide(SPAN)
    assert window.event_ids() == ("a", "b")
    window.add(Entry(12, "c", 0), 100)
    window.slide(SPAN)
    assert window.event_ids() == ("b", "c")
    assert not window.knows("a", 0)


def test_late_entries_are_put_in_their_place() -> None:
    window = Window()
    for time in (20, 24, 22):
        window.add(Entry(time, str(time), 0), 100)
    assert window.event_ids() == ("20", "22", "24")
    assert window.newest_us == 24


def test_the_oldest_are_given_up_beyond_the_bound_and_counted() -> None:
    window = Window()
    assert sum(window.add(Entry(time, str(time), 0), 20) for time in range(50)) == 30
    assert len(window.entries) == 20
    assert window.entries[0].time_us == 30


def test_where_values_count_the_newest_of_each_is_enough() -> None:
    window = Window()
    gone = sum(
        window.add(Entry(time, str(time), 0, (str(time % 3),)), 20, distinct=True) for time in range(500)
    )
    assert gone == 0
    assert window.figure(correlation("value_count", "{field: f, gte: 3}")) == 3
    assert len(window.entries) <= 20


def test_runs_of_one_rule_are_one_entry_where_order_counts() -> None:
    window = Window()
    for time, rule in enumerate((0, 0, 0, 1, 1)):
        window.add(Entry(time, str(time), rule), 20, runs=True)
    window.add(Entry(0, "again", 0), 20, runs=True)
    assert [entry.time_us for entry in window.entries] == [2, 4]


def test_sums_do_not_drift() -> None:
    window, summed = Window(), correlation("value_sum", "{field: f, gte: 3}")
    for time in range(1000):
        window.add(Entry(time, str(time), 0, (0.1,)), 10_000)
        window.slide(9)
    assert window.figure(summed) == 1.0
    window.clear()
    window.add(Entry(2000, "x", 0, (10**30,)), 10)
    window.add(Entry(2001, "y", 0, (1,)), 10)
    assert window.figure(summed) == 10**30 + 1


def test_what_was_answered_is_left_out() -> None:
    window = Window()
    for time in (1, 2, 3):
        window.add(Entry(time, str(time), 0), 10)
    window.answer(2)
    assert window.event_ids() == ("3",)


def test_only_figures_that_grow_can_be_decided_early() -> None:
    assert is_sliding(correlation("event_count", "{gte: 3}"))
    assert not is_sliding(correlation("event_count", "{gte: 3, lt: 9}"))
    assert not is_sliding(correlation("value_avg", "{field: f, gte: 3}"))


def test_percentiles_follow_what_comes_and_goes() -> None:
    window, median = Window(), correlation("value_percentile", "{field: f, gte: 3}")
    for time, number in enumerate((5, 1, 3, 9, 2.5, 7)):
        window.add(Entry(time, str(time), 0, (number,)), 100)
        window.slide(2)
        inside = sorted(entry.values[0] for entry in window.entries)
        assert window.figure(median) == _percentile([float(n) for n in inside], 50)


def test_orders_and_percentiles() -> None:
    assert _longest_order([1, 0, 2, 1, 2], 3) == 3
    assert _longest_order([2, 1, 0], 3) == 1
    assert _percentile([1, 2, 3, 4], 50) == 2.5
    assert _percentile([7], 99) == 7
