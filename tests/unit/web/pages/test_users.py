"""Accounts."""

import re
from typing import Any

from keng.state import users


def find(centre: Any, name: str) -> Any:
    with centre.state.read() as conn:
        return users.user_by_name(conn, name)


def test_an_account_is_made_with_a_password_that_is_shown_once(browser: Any, centre: Any) -> None:
    person = browser("quan.tri")
    answer = person.post(
        "/users", {"name": "New.Person", "role": "agency", "agency": "so-y-te", "full_name": "Người mới"}
    )
    assert re.search(r'<code id="password">[a-z0-9-]{23}</code>', answer.text)
    made = find(centre, "new.person")
    assert (made.role, made.agency) == ("agency", "so-y-te")
    assert "<code" not in person.get("/users").text


def test_wrong_accounts_are_refused(browser: Any, centre: Any) -> None:
    person = browser("quan.tri")
    for form in (
        {"name": "x", "role": "king"},
        {"name": "có dấu", "role": "analyst"},
        {"name": "an.tran", "role": "analyst"},
        {"name": "y", "role": "agency"},
    ):
        assert "keng_notice" in person.post("/users", form).cookies
    assert find(centre, "y") is None


def test_a_disabled_person_is_out_at_once(browser: Any, centre: Any) -> None:
    admin = browser("quan.tri")
    admin.post("/users", {"name": "go.away", "role": "analyst"})
    person, one = browser("go.away"), find(centre, "go.away")
    assert person.get("/alerts").status_code == 200
    admin.post(f"/users/{one.id}/disabled", {"disabled": "1"})
    assert person.get("/alerts").status_code == 303
    admin.post(f"/users/{one.id}/disabled", {"disabled": "0"})
    assert not find(centre, "go.away").disabled


def test_nobody_disables_themselves(browser: Any, centre: Any) -> None:
    one = find(centre, "quan.tri")
    browser("quan.tri").post(f"/users/{one.id}/disabled", {"disabled": "1"})
    assert not find(centre, "quan.tri").disabled


def test_a_new_password_signs_the_person_out(browser: Any, centre: Any) -> None:
    admin = browser("quan.tri")
    admin.post("/users", {"name": "forgot.it", "role": "analyst"})
    person = browser("forgot.it")
    answer = admin.post(f"/users/{find(centre, 'forgot.it').id}/password")
    assert "forgot.it" in answer.text and person.get("/alerts").status_code == 303
