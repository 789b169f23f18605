"""What people see when something is refused or fails."""

from typing import Any


def test_an_unknown_address_is_explained_in_the_persons_language(browser: Any) -> None:
    answer = browser("an.tran", "vi").get("/nowhere")
    assert answer.status_code == 404
    assert 'lang="vi"' in answer.text and "Không có gì ở đây" in answer.text


def test_a_page_of_the_centre_sends_a_stranger_to_the_door_and_back(browser: Any) -> None:
    assert browser("").get("/alerts").headers["location"] == "/sign-in?next=/alerts"


def test_a_part_of_a_page_answers_401_so_that_no_sign_in_form_is_put_into_it(browser: Any) -> None:
    assert browser("").get("/alerts/rows", **{"hx-request": "true"}).status_code == 401


def test_a_wrong_number_in_an_address_is_not_found(browser: Any) -> None:
    assert browser("an.tran").get("/alerts/abc").status_code == 404


def test_an_error_tells_nothing_of_the_inside(browser: Any, centre: Any) -> None:
    ruleset, centre.ruleset = centre.ruleset, None
    try:
        answer = browser("an.tran").get("/rules")
    finally:
        centre.ruleset = ruleset
    assert answer.status_code == 500
    assert "Traceback" not in answer.text and "AttributeError" not in answer.text


def test_a_form_that_is_too_large_is_refused(browser: Any) -> None:
    answer = browser("an.tran").post("/alerts/bulk", {"reason": "x" * 11_000_000})
    assert answer.status_code == 413


def test_an_error_leads_back_to_the_page_of_this_console_alone(browser: Any) -> None:
    window = browser("an.tran")
    own = window.get("/alerts/999999", referer="http://testserver.local/alerts?view=all").text
    host = window.get("/alerts/999999", referer="http://evil.example/alerts").text
    twice = window.get("/alerts/999999", referer="http://testserver.local//evil.example").text
    assert 'href="/alerts?view=all"' in own
    assert "evil.example" not in host + twice
