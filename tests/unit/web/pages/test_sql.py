"""SQL for experts, in the console."""

from typing import Any
from urllib.parse import quote

from tests.unit.web.pages.test_search import searcher

from keng.state import audit
from keng.store.sql import SqlQuery, parse_sql
from keng.web.pages.sql import EXAMPLES


def test_an_answer_is_shown_and_logged(browser: Any, centre: Any) -> None:
    person = searcher(browser)
    text = "SELECT host, count() AS n FROM events WHERE host = 'PC-VANTHU' GROUP BY host"
    page = person.get(f"/sql?q={quote(text)}&range=all").text
    assert "/sql/answer?" in page
    answer = person.get(f"/sql/answer?q={quote(text)}&range=all").text
    assert "PC-VANTHU" in answer and "1 row" in answer
    with centre.state.read() as conn:
        entry = audit.entries(conn, target="events", limit=1)[0]
    assert entry.action == "events.sql" and "hunt: tests" in entry.details


def test_what_is_refused_is_explained_and_not_run(browser: Any) -> None:
    page = searcher(browser).get(f"/sql?q={quote('SELECT * FROM system.tables')}").text
    assert "This is not run" in page and "/sql/answer?" not in page
    assert "Nothing found" in searcher(browser).get(f"/sql/answer?q={quote('DROP TABLE events')}").text


def test_an_error_of_the_store_is_told(browser: Any) -> None:
    text = quote("SELECT toUInt32(command_line) FROM events")
    assert "cannot run this" in searcher(browser).get(f"/sql/answer?q={text}&range=all").text


def test_without_a_reason_nothing_is_run(browser: Any) -> None:
    text = quote("SELECT host FROM events")
    assert "Why are you searching?" in browser("an.tran").get(f"/sql?q={text}&range=all").text
    assert "PC-" not in browser("an.tran").get(f"/sql/answer?q={text}&range=all").text
    assert browser("an.tran").get(f"/sql/export/csv?q={text}&range=all").status_code == 404


def test_exports_are_safe(browser: Any) -> None:
    text = quote("SELECT user, raw FROM events WHERE user LIKE '=%'")
    csv = searcher(browser).get(f"/sql/export/csv?q={text}&range=all").text
    assert "'=HYPERLINK" in csv
    assert '"user":"=HYPERLINK' in searcher(browser).get(f"/sql/export/jsonl?q={text}&range=all").text


def test_every_example_can_be_run() -> None:
    assert all(isinstance(parse_sql(example), SqlQuery) for example in EXAMPLES)
