"""What was found, as files."""

import io
import json
import re
from typing import Any

import pyarrow.parquet as pq
from tests.unit.web.pages.test_search import searcher

from keng.state import audit


def test_csv_is_safe_against_formulas_and_complete(browser: Any) -> None:
    answer = searcher(browser).get("/search/export/csv?range=all")
    text = answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="events.csv"'
    assert "HYPERLINK" in text and not re.search(r'(^|,)"[=+@\t\r]', text, flags=re.MULTILINE)
    assert text.count("\r\n") == 1 + 289


def test_json_lines_have_the_fields(browser: Any) -> None:
    lines = searcher(browser).get("/search/export/jsonl?q=host:PC-VANTHU&range=all").text.splitlines()
    event = json.loads(lines[0])
    assert len(lines) == 1 and event["host"] == "PC-VANTHU" and event["fields"]["EventID"] == "1"


def test_parquet_can_be_read(browser: Any) -> None:
    table = pq.read_table(io.BytesIO(searcher(browser).get("/search/export/parquet?range=all").content))
    assert table.num_rows == 289 and {"time", "user", "fields", "raw"} <= set(table.column_names)


def test_an_export_is_logged_with_its_reason(browser: Any, centre: Any) -> None:
    searcher(browser).get("/search/export/csv?q=export-of-tests&range=all")
    with centre.state.read() as conn:
        entry = audit.entries(conn, target="events", limit=1)[0]
    assert (entry.action, entry.actor) == ("events.export", "an.tran") and "hunt: tests" in entry.details


def test_other_forms_are_nothing(browser: Any) -> None:
    assert searcher(browser).get("/search/export/exe?range=all").status_code == 404


def test_an_export_that_was_read_gives_the_person_s_place_back(browser: Any) -> None:
    person = searcher(browser)
    for _again in range(3):  # an export that was read gives its place back
        assert person.get("/search/export/jsonl?range=all").text.count("\n") == 289
