"""What a searcher chooses, and what is offered while they write."""

from typing import Any

from tests.unit.web.pages.test_search import searcher


def offered(person: Any, text: str) -> list[str]:
    query = text.replace("|", "")
    answer = person.get(f"/search/complete?q={query}&caret={text.index('|')}&range=all").json()
    return [item["text"] for item in answer["items"]]


def test_names_of_fields_are_offered(browser: Any) -> None:
    person = searcher(browser)
    assert "user:" in offered(person, "us|")
    assert "ParentImage:" in offered(person, "host:x parenti|")
    assert "last 7d" in offered(person, "las|")


def test_values_are_offered_the_most_frequent_first(browser: Any) -> None:
    person = searcher(browser)
    assert offered(person, "agency:so-y|") == ["so-y-te "]
    assert offered(person, "user:SYS|") == ['"NT AUTHORITY\\SYSTEM" ']
    assert offered(person, "parsed:|") == ["true ", "false "]
    assert offered(person, "port>|") == [] == offered(person, "user:zzz|")


def test_values_need_a_reason_for_they_are_what_logs_say(browser: Any) -> None:
    assert offered(browser("an.tran"), "agency:so-y|") == []


def test_columns_are_remembered_per_person(browser: Any) -> None:
    person, other = searcher(browser), searcher(browser, "truong.trung.tam")
    back = "/search?range=all"
    person.post(
        "/search/columns", {"column": ["user", "host"], "more": "LogonType, ParentImage", "back": back}
    )
    rows = person.get("/search/rows?range=all").text
    for name in ("user", "host", "LogonType", "ParentImage"):
        assert f">{name}</th>" in rows
    assert "services.exe" in rows
    assert "ParentImage</th>" not in other.get("/search/rows?range=all").text
    person.post("/search/columns", {"usual": "1", "back": back})
    assert "ParentImage</th>" not in person.get("/search/rows?range=all").text


def test_a_reason_is_needed_and_leads_back(browser: Any) -> None:
    person = browser("an.tran")
    answer = person.post("/search/reason", {"kind": "incident", "back": "/search?q=x"})
    assert answer.headers["location"] == "/search?q=x" and "keng_reason" in answer.cookies
    for wrong in ({"kind": "nonsense"}, {"kind": "other", "note": " "}, {}):
        assert "keng_reason" not in person.post("/search/reason", wrong | {"back": "//evil.example/"}).cookies


def test_the_button_ends_ones_own_search_and_no_other(browser: Any, centre: Any, monkeypatch: Any) -> None:
    ended: list[str] = []
    monkeypatch.setattr(centre.store, "cancel", ended.append)
    assert searcher(browser).post("/search/cancel?run=abc123").status_code == 204
    assert searcher(browser, "truong.trung.tam").post("/search/cancel?run=abc123").status_code == 204
    assert len(set(ended)) == 2 and all(tag.endswith("-abc123") for tag in ended)
