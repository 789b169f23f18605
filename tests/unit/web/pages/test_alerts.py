"""The alert queue."""

import re
from typing import Any

import pytest

from keng.state import alerts as state


def ids(text: str) -> list[int]:
    return [int(number) for number in re.findall(r'data-alert="(\d+)"', text)]


def test_the_most_urgent_stand_first_and_closed_ones_are_left_out(browser: Any, centre: Any) -> None:
    text = browser("an.tran").get("/alerts").text
    with centre.state.read() as conn:
        wanted = state.alerts(conn, state.AlertFilter(statuses=state.OPEN), None)
    assert ids(text) == [one.id for one in wanted]
    assert "Internal port scan" not in text


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("severity=critical", "Shadow copies", "Office macro"),
        ("agency=so-tai-chinh", "Password spraying", "Shadow copies"),
        ("text=remote", "Remote tool", "Shadow copies"),
        ("view=closed", "Internal port scan", "Shadow copies"),
        ("view=nonsense&severity=nonsense&page=abc", "Shadow copies", "Internal port scan"),
    ],
)
def test_filters(browser: Any, query: str, there: str, absent: str) -> None:
    text = browser("an.tran").get(f"/alerts/rows?{query}").text
    assert there in text and absent not in text


def test_an_empty_answer_says_what_to_do(browser: Any) -> None:
    assert "No alert fits this filter" in browser("an.tran").get("/alerts?text=zzzz").text


def test_hostile_log_content_stays_text(browser: Any, province: Any) -> None:
    text = browser("an.tran").get("/alerts").text
    assert "<img src=x" not in text and "&lt;img src=x" in text


def test_the_export_is_safe_against_formulas(browser: Any) -> None:
    answer = browser("an.tran").get("/alerts/export.csv?view=all")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    assert not re.search(r'(^|,)"[=+@]', answer.text, flags=re.MULTILINE)


def test_alerts_are_taken_together(browser: Any, centre: Any) -> None:
    person = browser("an.tran")
    chosen = list(ids(person.get("/alerts?text=GD-WEB01").text))
    assert person.post("/alerts/bulk", {"action": "assign", "alert": chosen}).status_code == 303
    with centre.state.read() as conn:
        assert state.alert(conn, chosen[0], None).assignee == "an.tran"  # type: ignore[union-attr]


def test_closing_without_a_reason_is_refused_and_said(browser: Any) -> None:
    person = browser("an.tran")
    chosen = ids(person.get("/alerts?text=SCADA").text)
    answer = person.post("/alerts/bulk", {"action": "close", "disposition": "benign", "alert": chosen})
    person.cookies["keng_notice"] = answer.cookies["keng_notice"].strip('"')
    assert "reason" in person.get("/alerts").text
    assert ids(person.get("/alerts?text=SCADA").text) == chosen


def test_without_a_choice_nothing_happens(browser: Any) -> None:
    answer = browser("an.tran").post("/alerts/bulk", {"action": "incident"})
    assert answer.headers["location"].startswith("/alerts")


def test_alerts_become_an_incident(browser: Any) -> None:
    person = browser("an.tran")
    chosen = ids(person.get("/alerts?text=DC01").text)
    answer = person.post("/alerts/bulk", {"action": "incident", "alert": chosen})
    assert answer.headers["location"].startswith("/incidents/")
    assert "Password spraying" in person.get(answer.headers["location"]).text


def test_a_system_is_shown_by_its_name(browser: Any) -> None:
    text = browser("an.tran", "vi").get("/alerts").text
    assert "Mạng nội bộ" in text and "so-y-te-noi-bo" not in text
