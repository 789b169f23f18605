"""Search over events: the page, and the parts that follow."""

import re
from html import unescape
from typing import Any

from keng.state import audit

PARTS = re.compile(r'hx-get="(/search/(?:rows|overview|top)\?[^"]+)"')


def searcher(browser: Any, name: str = "an.tran", language: str = "en") -> Any:
    """Somebody who has said why they search."""
    person = browser(name, language)
    answer = person.post("/search/reason", {"kind": "hunt", "note": "tests", "back": "/search"})
    person.cookies["keng_reason"] = answer.cookies["keng_reason"]
    return person


def parts(page: str) -> list[str]:
    return [unescape(address) for address in PARTS.findall(page)]


def whole(person: Any, address: str) -> str:
    """The page with its parts, as a browser shows it."""
    page = person.get(address).text
    return page + "".join(person.get(part).text for part in parts(page))


def test_the_page_comes_at_once_and_its_parts_follow(browser: Any) -> None:
    person = searcher(browser)
    page = person.get("/search?range=all").text
    assert "<tr>" not in page and "Searching …" in page and "Cancel" in page
    text = whole(person, "/search?range=all")
    assert 'class="histogram"' in text and "Load more" in text and 'class="topvalues"' in text


def test_further_rows_follow_the_cursor_and_load_themselves_for_a_while(browser: Any) -> None:
    person = searcher(browser)
    rows = person.get("/search/rows?range=all").text
    assert "intersect once" in rows
    more = next(part for part in parts(rows) if "cursor=" in part)
    following = person.get(more).text
    assert "<tr>" in following and "<table" not in following
    assert "intersect once" not in person.get(more.replace("number=1", "number=99")).text


def test_without_scripts_the_page_has_the_rows(browser: Any) -> None:
    assert "<tr>" in searcher(browser).get("/search/plain?range=all").text


def test_a_field_is_searched(browser: Any) -> None:
    text = whole(searcher(browser), "/search?q=host:PC-VANTHU&range=all")
    assert "PC-VANTHU" in text and "svchost" not in text and ">1 event<" in text


def test_a_mistake_is_shown_at_its_place(browser: Any) -> None:
    text = browser("an.tran").get("/search?q=abc+(user:a").text
    assert "The search could not be read" in text and '<span class="at">(</span>' in text


def test_nothing_found_says_what_to_do(browser: Any) -> None:
    assert "Nothing found" in whole(searcher(browser), "/search?q=zzzzz")


def test_most_frequent_values_lead_to_a_narrower_search(browser: Any) -> None:
    person = searcher(browser)
    assert "/search?q=user" in person.get("/search/top?range=all&field=user").text
    assert "svchost" in person.get("/search/top?range=all&field=CommandLine").text
    rows = person.get("/search/rows?range=all").text
    assert "field=ParentImage" in rows, "every field that was found can be counted"


def test_a_span_that_was_drawn_or_written_is_kept(browser: Any, centre: Any) -> None:
    to, start = centre.now_us, centre.now_us - 3_600_000_000
    person = searcher(browser)
    text = person.get(f"/search?range=custom&from={start}&to={to}").text
    assert f'value="{start}"' in text and "Shadow" not in text
    assert person.get("/search?range=custom&from=9&to=1").status_code == 200
    written = person.get("/search?since=2026-01-02T03:04&until=2026-01-03T00:00").text
    assert 'value="1767297840000000"' in written, "02 January 03:04 in Ho Chi Minh City"


def test_a_time_in_the_search_wins(browser: Any) -> None:
    assert "The search names its own time." in searcher(browser).get("/search?q=svchost+last+2h").text


def test_nobody_searches_without_a_reason(browser: Any) -> None:
    person = browser("an.tran")
    page = person.get("/search?q=host:PC-VANTHU&range=all").text
    assert "Why are you searching?" in page and not parts(page)
    for part in ("rows", "overview", "top"):
        assert "PC-VANTHU" not in person.get(f"/search/{part}?q=host:PC-VANTHU&range=all&field=host").text
    assert person.get("/search/export/csv?range=all").status_code == 303


def test_a_search_is_logged_once_with_its_reason(browser: Any, centre: Any) -> None:
    whole(searcher(browser), "/search?q=a-very-rare-word")
    with centre.state.read() as conn:
        entries = [
            one for one in audit.entries(conn, target="events", limit=20) if "a-very-rare-word" in one.details
        ]
    assert len(entries) == 1
    assert entries[0].actor == "an.tran" and "hunt: tests" in entries[0].details


def test_who_comes_from_an_alert_has_said_why(browser: Any, centre: Any) -> None:
    person = browser("an.tran")
    page = person.get(
        "/search?q=from-an-alert", referer="http://testserver.local/alerts/3", host="testserver.local"
    ).text
    assert "Reason: Handling an alert: 3" in page
    elsewhere = person.get(
        "/search?q=x", referer="http://evil.example/alerts/3", host="testserver.local"
    ).text
    assert "Why are you searching?" in elsewhere


def test_hostile_content_stays_text(browser: Any) -> None:
    text = whole(searcher(browser), "/search?q=onerror&range=all")
    assert "<img src=x" not in text
    assert "<script>alert" not in browser("an.tran").get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E").text


def test_every_example_of_the_help_is_a_search(browser: Any) -> None:
    person = searcher(browser)
    examples = re.findall(r'href="(/search\?q=[^"]+)"', person.get("/search/help").text)
    assert len(examples) > 15
    for example in examples:
        assert "could not be read" not in person.get(unescape(example)).text


def test_names_of_people_are_masked_for_whoever_runs_the_machines(browser: Any) -> None:
    admin = searcher(browser, "quan.tri")
    rows = admin.get("/search/rows?q=host:PC-VANTHU&range=all").text
    assert "tran.hoa" not in rows and "•••" in rows and "powershell" in rows
    assert "not shown to your role" in admin.get("/search/top?range=all&field=User").text
    assert "tran.hoa" not in admin.get("/search/export/csv?q=host:PC-VANTHU&range=all").text
    assert "tran.hoa" in searcher(browser).get("/search/rows?q=host:PC-VANTHU&range=all").text
    assert "not shown to your role" in admin.get("/sql/answer?q=SELECT+user+FROM+events&range=all").text
    event = re.search(r'href="(/events/[0-9a-f]{32})"', rows)
    assert event and "tran.hoa" not in admin.get(event[1]).text
    assert admin.get("/search/complete?q=user:tran&caret=9&range=all").json()["items"] == []
