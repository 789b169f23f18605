"""One table says who may call what; every route is in it, and it holds for every role."""

import re
from typing import Any

import pytest
from litestar import Litestar

from keng.model.user import Role, User
from keng.web.app import create_app
from keng.web.permissions import ROUTES, Access, Side, access

PEOPLE = {
    None: "",
    Role.ADMIN: "quan.tri",
    Role.HEAD: "truong.trung.tam",
    Role.ANALYST: "an.tran",
    Role.AGENCY: "cntt.benhvien",
}


def routes_of(app: Litestar) -> set[tuple[str, str]]:
    found = set()
    for route in app.routes:
        for method in getattr(route, "methods", {"GET"}):
            if method not in ("OPTIONS", "HEAD"):
                found.add((str(method), route.path_format))
    return found


def test_every_route_is_in_the_table_and_the_table_names_no_other(centre: Any) -> None:
    assert routes_of(create_app(centre)) == set(ROUTES)


def test_a_route_that_is_not_in_the_table_is_refused() -> None:
    assert access("GET", "/not/in/the/table") is None
    assert access("DELETE", "/alerts") is None


def test_head_is_as_get() -> None:
    assert access("HEAD", "/alerts") == access("GET", "/alerts")


def test_no_route_of_the_centre_admits_an_agency_whatever_its_rights() -> None:
    person = User(1, "x", Role.AGENCY, agency="a")
    assert not any(rule.admits(person) for rule in ROUTES.values() if rule.side is Side.CENTRE)


def test_no_route_of_the_portal_admits_the_centre() -> None:
    for role in (Role.ADMIN, Role.HEAD, Role.ANALYST):
        assert not any(
            rule.admits(User(1, "x", role)) for rule in ROUTES.values() if rule.side is Side.AGENCY
        )


def test_everything_but_the_door_needs_a_person() -> None:
    open_routes = {path for (_method, path), rule in ROUTES.items() if rule.admits(None)}
    assert open_routes == {"/static/{file_path}", "/ready", "/sign-in", "/preferences"}


def test_only_routes_of_one_side_carry_a_permission() -> None:
    for rule in ROUTES.values():
        assert (rule.permission is not None) == (rule.side in (Side.CENTRE, Side.AGENCY))


@pytest.mark.parametrize("role", list(PEOPLE), ids=lambda role: role.value if role else "nobody")
@pytest.mark.parametrize(("method", "path"), sorted(ROUTES), ids=lambda part: str(part))
def test_each_route_admits_whom_the_table_names_and_nobody_else(
    browser: Any, method: str, path: str, role: Role | None
) -> None:
    if path == "/alerts/stream" or path == "/sign-out":
        pytest.skip("has tests of its own: it does not end, or ends the session")
    person = browser(PEOPLE[role])
    address = re.sub(r"\{\w+\}", "9999", path).replace("/static/9999", "/static/keng.svg")
    rule = ROUTES[method, path]
    user = User(1, "x", role, agency="benh-vien-tinh" if role is Role.AGENCY else "") if role else None
    answer = person.get(address) if method == "GET" else person.post(address)
    refused = answer.status_code == 403 or answer.headers.get("location", "").startswith("/sign-in?next=")
    if rule.admits(user):
        assert not (refused and role is not None), answer.text[:300]
        assert answer.status_code < 500, answer.text[:300]
    elif user is None:
        assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")
    else:
        assert answer.status_code == 403


def test_the_rights_of_an_access_are_both_side_and_permission() -> None:
    from keng.auth.roles import Permission

    rule = Access(Side.CENTRE, Permission.MANAGE_USERS)
    assert rule.admits(User(1, "x", Role.ADMIN))
    assert not rule.admits(User(1, "x", Role.ANALYST))
    assert not rule.admits(None)
