"""History asked as a whole: slices, distinct values, classes, and what checks say."""

from collections.abc import Iterator

import pyarrow as pa
import pytest

from keng.model.event import Event, LogSource
from keng.model.probe import Clause, Selection
from keng.normalise.ocsf import hot_table
from keng.store.chdb import ChdbStore
from keng.store.history import History, _texts

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
    store = ChdbStore(tmp_path_factory.mktemp("store") / "events", hot_table)
    store.insert([_event(n, {"EventID": 1, "f": value, "g": "ABC"}) for n, value in enumerate(VALUES)])
    store.insert([_event(100, {"EventID": 3, "f": "other"}, "sgd")])
    opened = History(store.connection(), tag="test")
    yield opened
    opened.close()
    store.close()


def test_slices_hold_all_events_and_keep_agencies_apart(history: History) -> None:
    assert sum(part.events for part in history.slices()) == len(VALUES) + 1
    assert sum(part.events for part in history.slices(agencies=frozenset({"sgd"}))) == 1
    parts = history.slices(size=5)
    assert len(parts) > 2
    assert sum(events for part in parts for _source, _id, events in history.kinds(part)) == len(VALUES) + 1


def test_distinct_values_come_with_their_number_and_what_is_no_text_is_named(history: History) -> None:
    (part,) = history.slices()
    found = history.values(part, START, ["f", "g", "unknown"])
    assert {value.text: value.events for value in found["g"]} == {"ABC": len(VALUES), "": 1}
    assert {value.text for value in found["f"]} >= {"10.1.2.3", "abc\nx", "", "other"}
    assert [value.text for value in found["unknown"]] == [""]
    assert [value.text for value in history.values(part, START, ["g"])["g"]].count("ABC") == 1


def test_events_with_chosen_values_are_looked_at_and_loaded(history: History) -> None:
    (part,) = history.slices()
    keys = {value.text: value.key for value in history.values(part, START, ["f"])["f"]}
    chosen = Selection({"f": frozenset({keys["abc"]})})
    (row,) = history.looks(part, START, chosen, ["f", "g"])
    assert row.event_id == "1" and row.texts == ("abc", "ABC") and not row.word
    (loaded,) = history.events(part, row.places)
    assert [event.fields["f"] for event in loaded] == ["abc"]


def test_clauses_hold_altogether_and_words_are_looked_for_in_the_raw_line(history: History) -> None:
    (part,) = history.slices()
    keys = {value.text: value.key for value in history.values(part, START, ["f"])["f"]}
    of_id = Selection(clauses=(Clause(({"f": frozenset(keys.values())},), frozenset({"3"})),))
    assert [row.event_id for row in history.looks(part, START, of_id, [])] == ["3"]
    words = list(history.looks(part, START, Selection(words=("WORD7",)), ["f"]))
    assert "5.0" not in [row.texts[0] for row in words] and VALUES[7] in [row.texts[0] for row in words]
    assert all(row.word for row in words)


def test_words_are_looked_for_in_all_log_sources_at_once(history: History) -> None:
    (part,) = history.slices()
    found = history.with_words(part, ("WORD7", "word100"), 100)
    assert set(found) == {START}
    places = found[START]
    assert places is not None
    names = {number for number in range(101) if f"{number:032x}" in {name for _time, name in places}}
    assert names >= {7, 100} and 5 not in names
    assert (NOW + 7_000_000, f"{7:032x}") in places
    (others,) = history.with_words(part, ("word100",), 100, frozenset({"syt"})).values()
    assert others is not None and f"{100:032x}" not in {name for _time, name in others}
    assert history.with_words(part, ("word1",), 2) == {START: None}


def test_what_the_store_knows(history: History) -> None:
    (part,) = history.slices()
    assert {"f", "g", "EventID"} <= history.field_names()
    assert {(source.service, event_id) for source, event_id, _n in history.kinds(part)} == {
        ("sysmon", "1"), ("sysmon", "3"),
    }  # fmt: skip


def test_a_value_that_is_no_text_does_not_hide_the_others_of_its_column() -> None:
    column = pa.array([b"a", b"\xff", b"", "đ".encode()])
    assert _texts(column) == ["a", None, "", "đ"]
    assert _texts(pa.chunked_array([column.slice(0, 1), column.slice(2)])) == ["a", "", "đ"]
