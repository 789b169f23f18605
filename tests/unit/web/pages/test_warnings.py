"""Warnings from draft to answers."""

import re
from typing import Any

from keng.state import bulletins as state


def draft(browser: Any, name: str = "an.tran") -> tuple[Any, str]:
    person = browser(name)
    return person, person.post("/incidents/1/warning").headers["location"]


def texts(person: Any, page: str) -> dict[str, str]:
    text = person.get(page).text
    fields = re.findall(r'<textarea[^>]*name="(\w+_(?:vi|en))"[^>]*>([^<]*)</textarea>', text)
    return dict(fields) | {"severity": "high", "tlp": "TLP:AMBER"}


def test_both_languages_are_edited_side_by_side(browser: Any, centre: Any) -> None:
    person, page = draft(browser)
    person.post(
        f"{page}/edit", texts(person, page) | {"title_en": "Changed title", "title_vi": "Tiêu đề mới"}
    )
    with centre.state.read() as conn:
        one = state.bulletin(conn, int(page.rsplit("/", 1)[1]))
    assert one is not None
    assert (one.texts["en"].title, one.texts["vi"].title) == ("Changed title", "Tiêu đề mới")
    assert len(one.texts["vi"].actions) == len(one.texts["en"].actions) > 0


def test_the_writer_cannot_approve_and_an_analyst_has_not_the_right(browser: Any) -> None:
    person, page = draft(browser, "truong.trung.tam")
    person.post(f"{page}/approve")
    assert "somebody else has to approve it" in person.get(page).text
    assert browser("an.tran").post(f"{page}/approve").status_code == 403


def test_published_to_the_chosen_agencies_only_and_seen_by_nobody_else(browser: Any, centre: Any) -> None:
    _writer, page = draft(browser)
    head = browser("truong.trung.tam")
    head.post(f"{page}/publish", {"agency": ["benh-vien-tinh"]})
    assert browser("cntt.benhvien").get("/portal" + page).status_code == 404, "a draft is not published"
    head.post(f"{page}/approve")
    head.post(f"{page}/publish", {"agency": ["benh-vien-tinh"]})
    number = page.rsplit("/", 1)[1]
    assert browser("cntt.benhvien").get(f"/portal/warnings/{number}").status_code == 200
    assert browser("cntt.soyte").get(f"/portal/warnings/{number}").status_code == 404
    text = head.get(page).text
    assert "not yet" in text and "Provincial General Hospital" in text


def test_the_letter_is_a_pdf_in_both_languages(browser: Any) -> None:
    person = browser("an.tran")
    for language in ("vi", "en"):
        answer = person.get(f"/warnings/1/warning.pdf?language={language}")
        assert answer.content.startswith(b"%PDF-") and answer.headers["content-type"] == "application/pdf"


def test_it_is_withdrawn_with_a_reason_that_its_recipients_read(browser: Any) -> None:
    _writer, page = draft(browser)
    head = browser("truong.trung.tam")
    head.post(f"{page}/approve")
    head.post(f"{page}/publish", {"agency": ["benh-vien-tinh"]})
    head.post(f"{page}/withdraw", {"reason": ""})
    assert "Withdrawn." not in head.get(page).text
    head.post(f"{page}/withdraw", {"reason": "It was a drill."})
    assert "It was a drill." in browser("cntt.benhvien").get("/portal" + page).text


def test_a_wrong_label_or_severity_is_refused(browser: Any) -> None:
    person, page = draft(browser)
    for wrong in ({"tlp": "TLP:PINK"}, {"severity": "enormous"}):
        assert person.post(f"{page}/edit", texts(person, page) | wrong).status_code == 303
