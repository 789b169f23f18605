"""One alert."""

from typing import Any

from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event, LogSource
from keng.model.severity import Severity
from keng.state import alerts as state


def find(centre: Any, text: str) -> Any:
    with centre.state.read() as conn:
        return state.alerts(conn, state.AlertFilter(text=text), None)[0]


def test_it_says_why_what_to_do_and_what_else_the_host_did(browser: Any, centre: Any) -> None:
    text = browser("an.tran").get(f"/alerts/{find(centre, 'PC-VANTHU').id}").text
    for word in (
        "Why it matched",
        "CommandLine",
        'class="matched"',
        "What to do",
        "Take the machine off the network",
        "What else PC-VANTHU did",
    ):
        assert word in text, word


def test_rule_texts_are_in_the_persons_language(browser: Any, centre: Any) -> None:
    text = browser("an.tran", "vi").get(f"/alerts/{find(centre, 'PC-VANTHU').id}").text
    assert "Macro của Office chạy PowerShell ẩn" in text and "Ngắt máy khỏi mạng" in text


def test_hostile_fields_and_field_names_stay_text_and_show_their_odd_characters(
    browser: Any, centre: Any
) -> None:
    text = browser("an.tran").get(f"/alerts/{find(centre, '<img').id}").text
    assert "<img src=x" not in text and "<svg/onload" not in text and "{{7*7}}" in text
    for name in ("U+202E", "ESC", "BEL"):
        assert f'<span class="ctl">{name}</span>' in text
    assert "\u202e" not in text and "\x1b" not in text


def test_a_correlation_names_what_its_events_share(browser: Any, centre: Any) -> None:
    text = browser("an.tran").get(f"/alerts/{find(centre, 'spraying').id}").text
    assert "is the same in all" in text and "203.0.113.66" in text
    assert "The other events that took part" in text


def test_it_is_given_closed_and_reopened(browser: Any, centre: Any) -> None:
    person, one = browser("an.tran"), find(centre, "PC-07")
    page = f"/alerts/{one.id}"
    assert person.post(f"{page}/reopen").headers["location"] == page
    person.post(f"{page}/assign", {"assignee": "truong.trung.tam"})
    assert find(centre, "PC-07").assignee == "truong.trung.tam"
    person.post(f"{page}/assign", {"assignee": "cntt.benhvien"})
    assert find(centre, "PC-07").assignee == "truong.trung.tam", "no alert is given to an agency"
    person.post(f"{page}/close", {"disposition": "nonsense", "reason": "x"})
    assert find(centre, "PC-07").status == "in_progress"
    person.post(f"{page}/close", {"disposition": "benign", "reason": "their own scanner"})
    assert find(centre, "PC-07").status == "closed"
    assert "their own scanner" in person.get(page).text


def test_an_alert_that_does_not_exist_is_not_found(browser: Any) -> None:
    assert browser("an.tran").get("/alerts/99999").status_code == 404


def test_who_runs_the_machines_sees_no_names_of_people(browser: Any, centre: Any) -> None:
    one = find(centre, "PC-VANTHU")
    assert any("tran.hoa" in user for user in one.users)
    for page in (f"/alerts/{one.id}", "/alerts?view=all", "/alerts/rows?view=all"):
        seen, hidden = browser("an.tran").get(page).text, browser("quan.tri").get(page).text
        assert "tran.hoa" in seen and "tran.hoa" not in hidden, page
        assert "PC-VANTHU" in hidden and "•••" in hidden, page


def test_other_alerts_of_the_same_host_stand_beside_it(browser: Any, centre: Any) -> None:
    found = find(centre, "PC-VANTHU")
    with centre.state.write() as conn:
        rule = RuleInfo(
            id="99999999-aaaa-4bbb-8ccc-000000000000", title="Something else", severity=Severity.LOW
        )
        event = Event({}, LogSource(), host=found.host, agency=found.agency, source=found.source)
        event.time_us, event.received_us, event.id = found.last_us, found.last_us, "beside"
        (made,) = state.record_detections(conn, [Detection(rule, event, {})], found.last_us)
    text = browser("an.tran").get(f"/alerts/{found.id}").text
    assert "Other alerts of this host" in text and f'href="/alerts/{made.alert.id}"' in text
