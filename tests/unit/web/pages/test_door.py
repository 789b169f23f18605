"""Signing in and out, passwords, preferences."""

from typing import Any

from keng.auth.passwords import hash_password
from keng.model.user import Actor, Role
from keng.state import users


def sign_in(browser: Any, name: str, password: str, **more: str) -> Any:
    person = browser("")
    form = person.get("/sign-in")
    person.cookies["keng_form"] = form.cookies["keng_form"]
    person.csrf = form.cookies["keng_form"]
    return person.post("/sign-in", {"name": name, "password": password, **more})


def make(centre: Any, name: str, password: str) -> None:
    with centre.state.write() as conn:
        users.create_user(conn, name, Role.ANALYST, hash_password(password), Actor("test"), centre.now_us)


def test_the_right_password_opens_the_page_that_was_wanted(browser: Any, province: Any) -> None:
    answer = sign_in(browser, "an.tran", province.PASSWORD, next="/alerts")
    assert answer.status_code == 303 and answer.headers["location"] == "/alerts"
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("keng_session="))
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie


def test_a_wanted_page_of_another_site_is_not_opened(browser: Any, province: Any) -> None:
    assert sign_in(browser, "an.tran", province.PASSWORD, next="//evil.example").headers["location"] == "/"


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(browser: Any) -> None:
    wrong = sign_in(browser, "an.tran", "no")
    unknown = sign_in(browser, "nobody.here", "no")
    assert wrong.status_code == unknown.status_code == 422
    assert "The account or the password is wrong." in wrong.text and "keng_session" not in wrong.cookies
    assert "The account or the password is wrong." in unknown.text


def test_after_ten_failures_one_has_to_wait(browser: Any, centre: Any) -> None:
    make(centre, "slow.down", "a long password of four words")
    for _ in range(10):
        sign_in(browser, "slow.down", "wrong")
    answer = sign_in(browser, "slow.down", "a long password of four words")
    assert answer.status_code == 429
    assert "Too many failed tries" in answer.text


def test_signing_out_ends_the_session_at_once(browser: Any) -> None:
    person = browser("an.tran")
    assert person.post("/sign-out").headers["location"] == "/sign-in"
    assert person.get("/alerts").status_code == 303


def test_language_and_theme_are_remembered_and_the_way_back_is_ours(browser: Any) -> None:
    person = browser("an.tran")
    answer = person.post("/preferences", {"language": "vi", "theme": "dark", "back": "https://evil.example/"})
    assert answer.headers["location"] == "/"
    assert answer.cookies["keng_language"] == "vi" and answer.cookies["keng_theme"] == "dark"
    person.cookies |= {"keng_language": "vi", "keng_theme": "dark"}
    text = person.get("/alerts").text
    assert 'lang="vi"' in text and 'data-theme="dark"' in text


def test_a_new_password_ends_every_session(browser: Any, centre: Any) -> None:
    make(centre, "change.me", "a long password of four words")
    person, elsewhere = browser("change.me"), browser("change.me")
    form = {
        "old": "a long password of four words",
        "new": "quite another set of words",
        "again": "quite another set of words",
    }
    assert person.post("/account", form | {"old": "wrong"}).headers["location"] == "/account"
    assert person.post("/account", form | {"again": "differs"}).headers["location"] == "/account"
    assert (
        person.post("/account", form | {"new": "short", "again": "short"}).headers["location"] == "/account"
    )
    assert elsewhere.get("/alerts").status_code == 200
    assert person.post("/account", form).headers["location"] == "/sign-in"
    assert elsewhere.get("/alerts").status_code == 303


def test_everybody_is_sent_to_their_own_first_page(browser: Any) -> None:
    assert browser("an.tran").get("/").headers["location"] == "/situation"
    assert browser("cntt.benhvien").get("/").headers["location"] == "/portal"
