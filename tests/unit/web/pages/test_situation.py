"""The situation at a glance."""

from typing import Any

import pytest

from keng.web.pages import situation


def test_it_shows_agencies_alerts_deadlines_and_answers(browser: Any) -> None:
    text = browser("an.tran").get("/situation").text
    for word in (
        "Provincial General Hospital",
        "under attack",
        "Shadow copies deleted",
        "SC-",
        "CB-",
        "Next deadline",
    ):
        assert word in text, word


def test_an_agency_with_an_open_high_alert_is_under_attack_and_one_without_sources_heard_is_silent(
    browser: Any,
) -> None:
    text = browser("an.tran").get("/situation/live").text
    assert 'class="tile attack" href="/register/agencies/benh-vien-tinh"' in text
    assert 'class="tile silent" href="/register/agencies/thpt-chuyen"' in text


def test_the_part_that_renews_itself_is_no_whole_page(browser: Any) -> None:
    assert "<html" not in browser("an.tran").get("/situation/live").text


def test_a_centre_that_hears_nothing_does_not_look_healthy(
    browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = situation.Situation([], [], {}, [], {}, [], [], [], [], 0.0)
    monkeypatch.setattr(situation, "look", lambda _desk, _pulse: nobody)
    text = browser("an.tran").get("/situation/live").text
    assert "no log source is registered: nothing can be seen" in text
    assert "every source speaks as usual" not in text
    assert 'class="card stat warn" href="/health"' in text
