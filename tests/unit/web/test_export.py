"""Events as files."""

import csv
import io
import json

import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from keng.model.hot_columns import HotColumns
from keng.store.base import StoredEvent
from keng.web.export import as_csv, as_json_lines, as_parquet

TEXT = st.text(max_size=20) | st.sampled_from(
    ("=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "＝1", "a\nb", '"')
)


def event(user: str, raw: str, field: str) -> StoredEvent:
    return StoredEvent(
        "0" * 32,
        1,
        2,
        "bv",
        "s",
        "h",
        "f",
        "p",
        "v",
        ("a", "b"),
        True,
        7,
        HotColumns(user=user),
        {"x": field},
        raw,
    )


@given(TEXT, TEXT, TEXT)
def test_no_cell_of_a_csv_begins_a_formula(user: str, raw: str, field: str) -> None:
    text = b"".join(as_csv([(event(user, raw, field),), ()])).decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(text))
    assert header[-2:] == ["fields", "raw"] and len(row) == len(header)
    assert not any(cell.lstrip()[:1] in tuple("=+-@") for cell in row if cell.strip())


def test_json_lines_and_parquet_hold_what_the_event_says() -> None:
    pages = [(event("an", "raw", "y"), event("b", "", "")), (event("c", "r", "z"),)]
    lines = [json.loads(line) for line in b"".join(as_json_lines(pages)).splitlines()]
    assert [line.get("user") for line in lines] == ["an", "b", "c"]
    assert "raw" not in lines[1] and lines[0]["fields"] == {"x": "y"}
    table = pq.read_table(io.BytesIO(b"".join(as_parquet(pages))))
    assert table.column("user").to_pylist() == ["an", "b", "c"]
    assert table.column("fields").to_pylist()[0] == [("x", "y")]
    assert pq.read_table(io.BytesIO(b"".join(as_parquet([])))).num_rows == 0
