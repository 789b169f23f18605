"""History asked as a whole: slices, distinct values, classes, and what checks say."""

from collections.abc import Iterator

import pytest

from keng.model.event import Event, LogSource
from keng.model.probe import NO, PERHAPS, YES, Check, Probe
from keng.normalise.ocsf import hot_columns
from keng.store.chdb import ChdbStore
from keng.store.history import History

NOW = 1_790_000_000_000_000
START = LogSource("windows", "sysmon", ("process_creation",))
VALUES: list[object] = [
    "10.1.2.3", "192.168.1.1", "::1", "fe80::1", "host-a", "010.1.1.1", "5", "7.5", "-3", "abc", "ABC đ", "a\nb",
    ["abc", "x"], 5.0, "\u212aelvin", "", None,
]  # fmt: skip


def _event(number: int, fields: dict[str, object], agency: str = "syt") -> Event:
    return Event(
        fields, START, NOW + number * 1_000_000, "pc", id=f"{number:032x}", agency=agency, source="s", received_us=NOW + number * 1_000_000,
        raw=f"a line with word{number}",
    )  # fmt: skip


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    store = ChdbStore(tmp_path_factory.mktemp("store") / "events", hot_columns)
    store.insert([_event(n, {"EventID": 1, "f": value, "g": "ABC"}) for n, value in enumerate(VALUES)])
    store.insert([_event(100, {"EventID": 3, "f": "other"}, "sgd")])
    opened = History(store.connection(), tag="test")
    yield opened
    opened.close()
    store.close()


def _classes(history: History, probe: Probe) -> dict[str, tuple[tuple[int, ...], tuple[int, ...]]]:
    (part,) = history.slices()
    found = {}
    for one in history.classes(part, START, [probe], []):
        for _time, event_id in one.places:
            found[event_id] = (one.answers[0].hits, one.answers[0].checks)
    return found


def test_slices_hold_all_events_and_keep_agencies_apart(history: History) -> None:
    assert sum(part.events for part in history.slices()) == len(VALUES) + 1
    assert sum(part.events for part in history.slices(agencies=frozenset({"sgd"}))) == 1
    parts = history.slices(size=5)
    assert len(parts) > 2
    assert sum(len(batch) for part in parts for batch in history.all_events(part)) == len(VALUES) + 1


def test_patterns_are_found_in_distinct_values_and_odd_ones_are_named(history: History) -> None:
    (part,) = history.slices()
    found = history.hits(part, Probe("f", ("(?i)^abc$", "(?i)missing", "(?im)^x$")))
    assert set(found.hits) == {0, 2} and found.present and found.loose
    assert not history.hits(part, Probe("g", ("(?i)b",))).loose
    assert not history.hits(part, Probe("unknown", ("a",))).present
    assert history.hits(part, Probe("", ("word7",))).hits == (0,)


def test_meanings_join_patterns(history: History) -> None:
    found = _classes(history, Probe("f", ("(?i)^abc$", "(?im)^x$"), meanings=(4, 4)))
    assert (
        found[f"{VALUES.index('abc'):032x}"][0] == (4,) and found[f"{VALUES.index('host-a'):032x}"][0] == ()
    )


@pytest.mark.parametrize(
    ("check", "yes", "perhaps"),
    [
        (Check("number", numbers=(5.0, 7.0)), {"5"}, {"10.1.2.3", "192.168.1.1", "010.1.1.1", "7.5", 5.0}),
        (Check("lt", numbers=(6.0,)), {"5", "-3"}, {"10.1.2.3", "192.168.1.1", "010.1.1.1", "7.5", 5.0}),
        (Check("cidr", ("10.0.0.0/8",)), {"10.1.2.3"}, {"010.1.1.1", "7.5", 5.0}),
        (
            Check("cidr", ("fe80::/10", "192.168.0.0/16")),
            {"192.168.1.1", "fe80::1"},
            {"010.1.1.1", "7.5", 5.0},
        ),
        (Check("is", ("g",)), {"abc"}, {"ABC đ", "a\nb", 5.0, "\u212aelvin", "", None}),
    ],
)
def test_checks_are_sure_where_they_say_so(
    history: History, check: Check, yes: set[object], perhaps: set[object]
) -> None:
    found = _classes(history, Probe("f", (), (check,)))
    for number, value in enumerate(VALUES):
        if isinstance(value, list):
            continue
        said = found[f"{number:032x}"][1][0]
        assert said == (YES if value in yes else PERHAPS if value in perhaps else NO) or (
            said == PERHAPS and value in ("", None)
        ), (value, said)


def test_the_events_of_a_class_are_loaded_also_where_they_are_many(history: History) -> None:
    (part,) = history.slices()
    probes = [Probe("g", ("(?i)^abc$",))]
    wanted = [one for one in history.classes(part, START, probes, []) if one.answers[0].hits]
    few = {event.id for batch in history.events(part, START, probes, [], wanted) for event in batch}
    many = [one._replace(places=()) for one in wanted]
    batches = list(history.events(part, START, probes, [], many, most=4))
    assert len(batches) > 1 and {event.id for batch in batches for event in batch} == few
    assert len(few) == len(VALUES)


def test_what_the_store_knows(history: History) -> None:
    (part,) = history.slices()
    assert {"f", "g", "EventID"} <= history.field_names()
    assert {(source.service, event_id) for source, event_id, _n in history.kinds(part)} == {
        ("sysmon", "1"), ("sysmon", "3"),
    }  # fmt: skip
