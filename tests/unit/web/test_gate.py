"""Sessions, languages and forged forms."""

import time
from typing import Any

import pytest

from keng.auth.sessions import end_session, session
from keng.web.gate import choose_language


def test_a_form_without_the_secret_is_refused(browser: Any) -> None:
    person = browser("an.tran")
    person.csrf = ""
    assert person.post("/alerts/bulk").status_code == 403
    person.csrf = "wrong"
    assert person.post("/alerts/bulk").status_code == 403


def test_a_form_from_another_site_is_refused_even_with_the_secret(browser: Any) -> None:
    person = browser("an.tran")
    assert person.post("/alerts/bulk", **{"sec-fetch-site": "cross-site"}).status_code == 403
    assert person.post("/alerts/bulk", origin="https://evil.example").status_code == 403
    assert person.post("/alerts/bulk", **{"sec-fetch-site": "same-origin"}).status_code == 303


def test_the_sign_in_form_is_protected_too(browser: Any) -> None:
    assert browser("").post("/sign-in", {"name": "an.tran", "password": "x"}).status_code == 403


def test_a_session_ends_at_once(browser: Any, centre: Any) -> None:
    person = browser("an.tran")
    assert person.get("/situation").status_code == 200
    with centre.state.write() as conn:
        now_us = time.time_ns() // 1000
        living = session(conn, person.cookies["keng_session"], now_us)
        assert living is not None
        end_session(conn, living, "", now_us)
    assert person.get("/situation").status_code == 303


def test_too_many_fields_are_refused(browser: Any) -> None:
    assert browser("an.tran").post("/alerts/bulk", {"alert": ["1"] * 2_100}).status_code in (400, 413)


@pytest.mark.parametrize(
    ("cookie", "account", "accept", "chosen"),
    [("en", "vi", "vi", "en"), ("", "en", "vi", "en"), ("", "", "en-GB,vi;q=0.5", "en"), ("", "", "", "vi"),
     ("xx", "yy", "fr-FR", "vi")],
)  # fmt: skip
def test_the_language_is_the_cookies_the_accounts_the_browsers_or_vietnamese(
    cookie: str, account: str, accept: str, chosen: str
) -> None:
    from litestar.testing import RequestFactory

    request = RequestFactory().get(
        "/", headers={"accept-language": accept}, cookies=f"keng_language={cookie}"
    )
    assert choose_language(request, account) == chosen
