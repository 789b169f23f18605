"""Search over events."""

import re
from typing import Any

from keng.state import audit


def test_newest_first_with_histogram_and_more(browser: Any) -> None:
    person = browser("an.tran")
    text = person.get("/search").text
    assert 'class="histogram"' in text and "Load more" in text
    more = re.search(r'hx-get="(/search/more\?[^"]+)"', text)
    assert more
    assert "<tr>" in person.get(more.group(1).replace("&amp;", "&")).text


def test_a_field_is_searched(browser: Any) -> None:
    text = browser("an.tran").get("/search?q=host:PC-VANTHU&range=all").text
    assert "PC-VANTHU" in text and "svchost" not in text and ">1 event<" in text


def test_a_mistake_is_shown_at_its_place(browser: Any) -> None:
    text = browser("an.tran").get("/search?q=abc+(user:a").text
    assert "The search could not be read" in text and '<span class="at">(</span>' in text


def test_nothing_found_says_what_to_do(browser: Any) -> None:
    assert "Nothing found" in browser("an.tran").get("/search?q=zzzzz").text


def test_most_frequent_values_lead_to_a_narrower_search(browser: Any) -> None:
    text = browser("an.tran").get("/search/top?q=&range=all").text
    assert "/search?q=" in text and "user" in text


def test_a_span_that_was_drawn_is_kept(browser: Any, centre: Any) -> None:
    to, start = centre.now_us, centre.now_us - 3_600_000_000
    text = browser("an.tran").get(f"/search?range=custom&from={start}&to={to}").text
    assert f'value="{start}"' in text and "Shadow" not in text
    assert browser("an.tran").get("/search?range=custom&from=9&to=1").status_code == 200


def test_a_time_in_the_search_wins(browser: Any) -> None:
    assert "The search names its own time." in browser("an.tran").get("/search?q=svchost+last+2h").text


def test_the_export_is_safe_against_formulas(browser: Any) -> None:
    text = browser("an.tran").get("/search/export.csv?range=all").text
    assert "HYPERLINK" in text
    assert not re.search(r'(^|,)"[=+@]', text, flags=re.MULTILINE)


def test_whoever_searches_is_logged(browser: Any, centre: Any) -> None:
    browser("an.tran").get("/search?q=a-very-rare-word")
    with centre.state.read() as conn:
        entry = audit.entries(conn, target="events", limit=1)[0]
    assert entry.actor == "an.tran" and "a-very-rare-word" in entry.details


def test_hostile_content_stays_text(browser: Any) -> None:
    text = browser("an.tran").get("/search?q=onerror&range=all").text
    assert "<img src=x" not in text
    assert "<script>alert" not in browser("an.tran").get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E").text
