"""What is kept, what goes when, and holds that a person orders in the console."""

from datetime import date
from typing import Any
from urllib.parse import unquote_plus

from keng.state import audit, register
from keng.state.holds import holds
from keng.store.retention import KeptDay
from keng.web.pages.retention import due_rows, level_rows

TODAY = date(2026, 11, 24)
DAYS = {0: 93, 1: 31, 3: 93}


def test_a_level_says_when_its_oldest_day_goes_and_what_is_held_beyond() -> None:
    kept = (
        KeptDay("2026-08-01", 3, 5, 500),  # its time is over: a hold keeps it
        KeptDay("2026-08-24", 3, 7, 700),
        KeptDay("2026-11-20", 1, 9, 900),
    )
    rows = {row.level: row for row in level_rows(kept, DAYS, TODAY)}
    assert (rows[3].events, rows[3].bytes, rows[3].late) == (12, 1200, 5)
    assert date(2026, 8, 24).toordinal() + 94 == date(2026, 11, 26).toordinal()
    assert "26" in rows[3].due and "11" in rows[3].due.replace("Nov", "11")
    assert (rows[0].events, rows[0].due, rows[0].oldest) == (0, "", "")
    due = due_rows(kept, DAYS, TODAY)
    assert [(row.level, row.events) for row in due] == [(3, 7), (1, 9)]


def test_the_page_shows_levels_and_holds_in_both_languages(browser: Any) -> None:
    for language, words in (("en", "Deleted next"), ("vi", "Sắp xóa")):
        page = browser("an.tran", language).get("/retention")
        assert page.status_code == 200
        assert words in page.text
        assert 'href="/retention"' in browser("an.tran", language).get("/health").text


def test_a_hold_is_ordered_and_released_with_reasons_and_both_stand_in_the_audit_log(
    browser: Any, centre: Any
) -> None:
    person = browser("quan.tri")
    with centre.state.read() as conn:
        agency = register.agencies(conn)[0].id
        before = {one.id for one in holds(conn)}
    wrong = [
        {"agency": agency, "reason": " "},
        {"agency": "nowhere", "reason": "x"},
        {"reason": "x"},
        {"from": "32.13.2026", "reason": "x"},
        {"to": "2026-11-01", "from": "2026-11-02", "reason": "x"},
    ]
    for form in wrong:
        assert person.post("/retention/holds", form).status_code == 303
    with centre.state.read() as conn:
        assert {one.id for one in holds(conn)} == before
    evil = "vụ 12/2026 <script>alert(1)</script>"
    person.post(
        "/retention/holds", {"agency": agency, "from": "2026-11-01", "to": "2026-11-20", "reason": evil}
    )
    with centre.state.read() as conn:
        (made,) = [one for one in holds(conn) if one.id not in before]
    assert (made.agency, made.reason, made.by) == (agency, evil, "quan.tri")
    assert made.to_us - made.from_us == 19 * 86_400_000_000
    page = person.get("/retention").text
    assert "vụ 12/2026" in page
    assert "<script>alert(1)" not in page
    without = person.post(f"/retention/holds/{made.id}/release", {"reason": ""})
    assert "reason" in unquote_plus(without.headers["set-cookie"])
    person.post(f"/retention/holds/{made.id}/release", {"reason": "closed"})
    again = person.post(f"/retention/holds/{made.id}/release", {"reason": "closed"})
    assert "released already" in unquote_plus(again.headers["set-cookie"])
    with centre.state.read() as conn:
        assert made.id not in {one.id for one in holds(conn)}
        actions = [one.action for one in audit.entries(conn, target=f"hold:{made.id}")]
    assert actions == ["hold.release", "hold.add"]


def test_an_analyst_sees_holds_and_cannot_order_one(browser: Any) -> None:
    person = browser("an.tran")
    assert "hold-dialog" not in person.get("/retention").text
    assert person.post("/retention/holds", {"everything": "1", "reason": "x"}).status_code == 403
