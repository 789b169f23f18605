"""Incidents."""

import re
from typing import Any

from keng.state import alerts, incidents, timeline


def fresh(browser: Any, centre: Any) -> tuple[Any, int]:
    with centre.state.read() as conn:
        one = alerts.alerts(conn, alerts.AlertFilter(text="SCADA"), None)[0]
    person = browser("an.tran")
    answer = person.post("/incidents", {"alert": one.id})
    return person, int(answer.headers["location"].rsplit("/", 1)[1])


def test_the_list_shows_open_ones_with_their_next_deadline(browser: Any) -> None:
    text = browser("an.tran").get("/incidents").text
    assert "SC-" in text and re.search(r"First notice|notice", text)


def test_one_shows_clocks_timeline_alerts_and_warnings(browser: Any, centre: Any) -> None:
    text = browser("an.tran").get("/incidents/1").text
    for word in (
        "Timeline",
        "Đã gọi văn thư huyện",
        "Note as sent",
        "Office macro",
        "CB-",
        "Affected agencies",
    ):
        assert word in text, word


def test_facts_notes_stages_and_reports(browser: Any, centre: Any) -> None:
    person, number = fresh(browser, centre)
    page = f"/incidents/{number}"
    facts = {
        "title": "Remote tool",
        "group": "N2",
        "severity": "high",
        "serious": "1",
        "agency": ["cap-nuoc"],
        "t0": "2026-11-24T08:00",
    }
    person.post(f"{page}/facts", facts)
    person.post(f"{page}/note", {"kind": "action", "text": "Unplugged.", "at": "2026-11-24T09:00"})
    person.post(f"{page}/status", {"status": "investigating"})
    with centre.state.read() as conn:
        one = incidents.incident(conn, number)
        entries = timeline.timeline(conn, number)
    assert one is not None and one.serious and one.status == "investigating"
    assert one.t0_us == 1_795_482_000_000_000, "a time is read in the centre's zone"
    assert any(entry.text == "Unplugged." and entry.at_us == 1_795_485_600_000_000 for entry in entries)
    clocks = re.findall(rf"{page}/clocks/([\w-]+)", person.get(page).text)
    person.post(f"{page}/clocks/{clocks[0]}", {"proof": "letter 12"})
    assert "letter 12" in person.get(page).text
    assert person.post(f"{page}/clocks/nonsense", {"proof": "x"}).status_code == 404


def test_closing_needs_a_reason(browser: Any, centre: Any) -> None:
    person, number = fresh(browser, centre)
    person.post(f"/incidents/{number}/status", {"status": "closed"})
    with centre.state.read() as conn:
        assert incidents.incident(conn, number).status == "open"  # type: ignore[union-attr]
    for wrong in ({"status": "nonsense"}, {}):
        assert person.post(f"/incidents/{number}/status", wrong).status_code == 303


def test_a_warning_is_drafted(browser: Any, centre: Any) -> None:
    person, number = fresh(browser, centre)
    answer = person.post(f"/incidents/{number}/warning")
    assert answer.headers["location"].startswith("/warnings/")
    assert person.get(answer.headers["location"]).status_code == 200
