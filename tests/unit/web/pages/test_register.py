"""The register in the console."""

import re
from typing import Any

import pytest

from keng.state import register
from keng.state.register import source_by_token

FILE = b"""
agencies:
  - id: thu-vien
    name: {vi: Th\xc6\xb0 vi\xe1\xbb\x87n t\xe1\xbb\x89nh, en: Provincial Library}
    kind: department
    systems: [{id: thu-vien-web, name: {vi: Trang web, en: Web site}, level: 1}]
    sources: [{id: thu-vien-web-log, kind: web, system: thu-vien-web}]
"""


def upload(person: Any, data: bytes) -> Any:
    person.client.cookies.clear()
    return person.client.post(
        "/register/load",
        data={"csrf": person.csrf},
        files={"file": ("register.yaml", data, "text/yaml")},
        headers=person._headers(),
        follow_redirects=False,
    )


def test_a_file_is_loaded_and_its_tokens_are_shown_once(browser: Any, centre: Any) -> None:
    person = browser("quan.tri")
    answer = upload(person, FILE)
    token = re.search(r"keng_[\w-]{43}", answer.text)
    assert answer.status_code in (200, 201) and token
    with centre.state.read() as conn:
        assert source_by_token(conn, token.group()).id == "thu-vien-web-log"  # type: ignore[union-attr]
    assert token.group() not in person.get("/register").text


@pytest.mark.parametrize("data", [b"", b"[", b"agencies: 3", b"agencies:\n  - id: X Y\n", b"\xff\xfe\x00"])
def test_a_wrong_file_changes_nothing_and_its_places_are_named(browser: Any, data: bytes) -> None:
    answer = upload(browser("quan.tri"), data)
    assert answer.status_code == 422
    assert "The file was not loaded" in answer.text


def test_agency_system_and_source_are_added_and_changed(browser: Any, centre: Any) -> None:
    person = browser("quan.tri")
    person.post(
        "/register/agencies",
        {
            "id": "bao-tang",
            "name_vi": "Bảo tàng",
            "kind": "office",
            "contact_name": ["An"],
            "contact_role": ["IT"],
            "contact_phone": ["1"],
            "contact_email": ["a@b.example"],
        },
    )
    person.post(
        "/register/systems", {"agency": "bao-tang", "id": "bao-tang-web", "name_vi": "Web", "level": "2"}
    )
    person.post(
        "/register/sources",
        {
            "agency": "bao-tang",
            "id": "bao-tang-fw",
            "transport": "syslog",
            "hostnames": "FW1, fw2",
            "addresses": "10.0.0.0/8",
            "enabled": "1",
            "time_zone": "Asia/Tokyo",
        },
    )
    with centre.state.read() as conn:
        agency, source = register.agency(conn, "bao-tang"), register.source(conn, "bao-tang-fw")
        system = register.system(conn, "bao-tang-web")
    assert agency is not None and agency.contacts[0].name == "An"
    assert source is not None and source.hostnames == ("fw1", "fw2") and source.addresses == ("10.0.0.0/8",)
    assert source.time_zone == "Asia/Tokyo" and "Asia/Tokyo" in person.get("/register/agencies/bao-tang").text
    assert system is not None and system.level == 2
    assert "Bảo tàng" in person.get("/register/agencies/bao-tang").text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/register/agencies", {"id": "Bad Id", "name_vi": "x"}),
        ("/register/agencies", {"id": "no-name"}),
        ("/register/systems", {"agency": "so-y-te", "id": "s", "name_vi": "x", "level": "9"}),
        ("/register/systems", {"agency": "so-y-te", "id": "his", "name_vi": "taken over", "level": "1"}),
        ("/register/sources", {"agency": "so-y-te", "id": "benh-vien-tinh-windows"}),
        ("/register/sources", {"agency": "nobody", "id": "s1"}),
    ],
)
def test_wrong_entries_are_refused(browser: Any, centre: Any, path: str, form: dict[str, str]) -> None:
    assert "keng_notice" in browser("quan.tri").post(path, form).cookies
    with centre.state.read() as conn:
        assert register.system(conn, "his").agency == "benh-vien-tinh"  # type: ignore[union-attr]
        assert register.source(conn, "benh-vien-tinh-windows").agency == "benh-vien-tinh"  # type: ignore[union-attr]


def test_a_token_is_issued_shown_once_and_withdrawn(browser: Any, centre: Any) -> None:
    person = browser("quan.tri")
    answer = person.post("/register/sources/cap-nuoc-windows/token")
    token = re.search(r"keng_[\w-]{43}", answer.text)
    assert token
    with centre.state.read() as conn:
        assert source_by_token(conn, token.group()) is not None
    person.post("/register/sources/cap-nuoc-windows/withdraw")
    with centre.state.read() as conn:
        assert source_by_token(conn, token.group()) is None


def test_an_analyst_sees_and_cannot_edit(browser: Any) -> None:
    text = browser("an.tran").get("/register/agencies/so-y-te").text
    assert "Change …" not in text and "New token" not in text
