import json
import random

import pyarrow as pa
import pytest

from keng.model.event import Event, LogSource
from keng.model.hot_columns import HotColumns
from keng.store.arrow import MAX_TIME_US
from keng.store.errors import StoreError
from keng.store.insert import MAX_ROWS, MAX_TEXT, TOGETHER, ArrowColumns, names_stream, portions, shapes_of
from keng.store.schema import COLUMNS
from keng.store.skeleton import joined
from keng.store.text import text_of


def an_event(n: int = 1, **values: object) -> Event:
    return Event(
        {"A": "x", "B": [1, 2]}, LogSource("windows", "sysmon", ("a", "b")), id=f"{n:032x}", **values
    )  # type: ignore[arg-type]


def table(*events: Event, hot: HotColumns | None = None) -> pa.Table:
    columns = ArrowColumns(
        lambda some: tuple([[value] * len(some) for value in hot or HotColumns()]),
        lambda source: {"vital": 5, "odd": 77}.get(source, 0),
    )
    return pa.ipc.open_stream(columns.stream(shapes_of(events))).read_all()


def test_the_stream_has_the_table_s_columns_in_their_order() -> None:
    assert table(an_event()).column_names == [column.name for column in COLUMNS]


def test_values_arrive_in_their_columns() -> None:
    row = table(an_event(time_us=5, offset=7), hot=HotColumns(1007, user="an", dst_port=443)).to_pylist()[0]
    assert row["id"] == bytes(15) + b"\1"
    assert row["categories"] == ["a", "b"]
    assert row["fields"] == [("A", "x"), ("B", "1\n2")]
    assert (row["class_uid"], row["user"], row["dst_port"], row["offset"]) == (1007, "an", 443, 7)
    assert row["received"] == row["time"]  # no time of arrival is given


def test_times_out_of_range_are_brought_to_its_ends() -> None:
    rows = (
        table(an_event(time_us=-5), an_event(2, time_us=10**40)).column("time").cast(pa.int64()).to_pylist()
    )
    assert rows == [0, MAX_TIME_US]


@pytest.mark.parametrize("wrong", ["", "abc", "z" * 32, " " * 32, "0" * 64, "00 " * 10 + "00"])
def test_an_id_that_is_not_32_hex_digits_is_refused(wrong: str) -> None:
    one = an_event()
    one.id = wrong
    with pytest.raises(StoreError, match="32 hex digits"):
        table(one, an_event())


def test_portions_hold_all_events_in_order_within_rows_and_text() -> None:
    events = [an_event(n) for n in range(MAX_ROWS + 5)]
    assert [len(part) for part in portions(events)] == [MAX_ROWS, 5]
    big = "x" * (MAX_TEXT // 2)
    heavy = [an_event(n, raw=big) for n in range(5)]
    parts = list(portions(heavy))
    assert [len(part) for part in parts] == [2, 2, 1]
    assert [event for part in parts for event in part] == heavy
    assert list(portions([])) == []


def test_text_that_is_no_utf8_goes_as_bytes() -> None:
    row = table(an_event(raw="x\udcff")).to_pylist()[0]
    assert (row["skeleton"], row["rest"]) == ("", b"x\xff")


def test_the_level_of_a_source_goes_with_its_events() -> None:
    events = [an_event(n, source=source) for n, source in enumerate(("vital", "odd", "", "vital"))]
    assert table(*events).column("level").to_pylist() == [5, 5, 0, 5]


def test_names_are_a_stream_of_one_column() -> None:
    assert pa.ipc.open_stream(names_stream(["a", "b"])).read_all().to_pydict() == {"name": ["a", "b"]}


def test_events_keep_their_own_values_however_they_are_put_together() -> None:
    rng = random.Random(3)
    events = []
    for n in range(3 * TOGETHER):
        fields = {
            name: rng.choice(("x", 7, True, None, ["a", "b"])) for name in rng.sample("ABC", rng.randrange(4))
        }
        raw = json.dumps({"n": n, **fields, "more": "-" * 160})
        events.append(Event(fields, LogSource(), id=f"{n:032x}", raw=raw, time_us=n, host=f"h{n}"))
    rows = table(*events).to_pylist()
    assert len(rows) == len(events)
    for row in rows:
        event = events[int(row["id"].hex(), 16)]
        assert row["fields"] == [(name, text_of(value)) for name, value in event.fields.items()]
        assert (row["host"], row["time"].microsecond) == (event.host, event.time_us)
        assert joined(row["skeleton"], row["rest"], dict(row["fields"])) == event.raw


def test_one_text_that_is_no_utf8_does_not_change_the_others() -> None:
    events = [an_event(n, raw="y" if n else "x\udcff") for n in range(2 * TOGETHER)]
    rows = table(*events).to_pylist()
    assert [row["rest"] for row in rows] == [b"x\xff", *[b"y"] * (2 * TOGETHER - 1)]
