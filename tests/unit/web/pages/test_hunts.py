"""Saved hunts in the console."""

import re
from typing import Any

import pytest
from tests.unit.web.pages.test_search import searcher

from keng.detect.sigma import load_rules
from keng.state import audit, hunts


def saved(person: Any, centre: Any, name: str, query: str = "host:PC-VANTHU", every: str = "0") -> int:
    answer = person.post("/hunts", {"name": name, "query": query, "every": every})
    return int(answer.headers["location"].rsplit("/", 1)[1])


def test_a_search_is_saved_with_its_reason_and_shown(browser: Any, centre: Any) -> None:
    person = searcher(browser)
    number = saved(person, centre, "Máy văn thư", every="3600")
    assert "Máy văn thư" in person.get("/hunts").text
    page = person.get(f"/hunts/{number}").text
    assert (
        "host:PC-VANTHU" in page
        and "Looking for attacks that no rule has found: tests" in page
        and "every hour" in page
    )


def test_a_query_that_cannot_be_read_and_a_name_twice_are_refused(browser: Any, centre: Any) -> None:
    person = searcher(browser)
    saved(person, centre, "twice")
    for form in ({"name": "twice", "query": "a"}, {"name": "x", "query": "(a"}, {"name": "", "query": "a"}):
        assert "keng_notice" in person.post("/hunts", form).cookies
    with centre.state.read() as conn:
        assert sum(one.name == "twice" for one in hunts.hunts(conn)) == 1


def test_what_it_finds_waits_until_somebody_has_looked(browser: Any, centre: Any) -> None:
    person = searcher(browser)
    number = saved(person, centre, "looking")
    with centre.state.write() as conn:
        one = hunts.hunt(conn, number)
        assert one is not None
        conn.execute(hunts.table.update().where(hunts.table.c.id == number).values(searched_us=1))
    answer = person.post(f"/hunts/{number}/run")
    assert answer.headers["location"] == f"/hunts/{number}"
    page = person.get(f"/hunts/{number}").text
    assert "I have looked at it" in page and re.search(r'href="/events/[0-9a-f]{32}"', page)
    assert "with new finds:" in person.get("/hunts").text
    person.post(f"/hunts/{number}/seen")
    assert "looked at by an.tran" in person.get(f"/hunts/{number}").text
    with centre.state.read() as conn:
        assert number not in hunts.unseen(conn)


def test_a_hunt_becomes_a_rule_of_the_set_hunts(browser: Any, centre: Any) -> None:
    person = searcher(browser)
    number = saved(person, centre, "Xóa bản sao", "process:vssadmin.exe")
    page = person.get(f"/hunts/{number}/rule").text
    assert "vssadmin.exe" in page and "process_creation" in page and "Put the rule to use" in page
    form = {"product": "windows", "category": "process_creation", "level": "high"}
    person.post(f"/hunts/{number}/rule", form)
    loaded = load_rules([centre.settings.data_dir / "rules/hunts"])
    assert not loaded.errors and [info.title for info in loaded.info.values()] == ["Xóa bản sao"]
    assert "is a rule" in person.get("/hunts").text
    with centre.state.read() as conn:
        assert audit.entries(conn, target=f"hunt:{number}")[0].action == "hunt.rule"


def test_what_cannot_become_a_rule_says_why(browser: Any, centre: Any) -> None:
    person = searcher(browser)
    number = saved(person, centre, "of an agency", "agency:so-y-te")
    page = person.get(f"/hunts/{number}/rule?product=windows").text
    assert "A rule cannot see" in page and "Put the rule to use" not in page
    person.post(f"/hunts/{number}/rule", {"product": "windows"})
    with centre.state.read() as conn:
        one = hunts.hunt(conn, number)
    assert one is not None and one.rule_id == ""


def test_schedule_and_deletion(browser: Any, centre: Any) -> None:
    person = searcher(browser)
    number = saved(person, centre, "short-lived")
    person.post(f"/hunts/{number}/schedule", {"every": "900"})
    assert "every 15 minutes" in person.get("/hunts").text
    person.post(f"/hunts/{number}/delete")
    assert person.get(f"/hunts/{number}").status_code == 404


@pytest.mark.parametrize("path", ["/hunts", "/hunts/1", "/hunts/1/rule"])
def test_an_agency_has_no_hunts(browser: Any, path: str) -> None:
    assert browser("cntt.soyte").get(path).status_code == 403
