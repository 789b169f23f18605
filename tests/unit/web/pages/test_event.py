"""One event."""

from typing import Any


def test_fields_raw_text_and_pivots(browser: Any, centre: Any, province: Any) -> None:
    event = province.attack_events(centre.now_us)[0][0]
    text = browser("an.tran").get(f"/events/{event.id}").text
    for word in ("CommandLine", "As it arrived", "PC-VANTHU", "/search?q=", "process_creation"):
        assert word in text


def test_a_hostile_event_stays_text(browser: Any, centre: Any, province: Any) -> None:
    event = province.attack_events(centre.now_us)[-1][0]
    text = browser("an.tran").get(f"/events/{event.id}").text
    assert "<img src=x" not in text and "\u202e" not in text


def test_an_unknown_event_is_not_found(browser: Any) -> None:
    assert browser("an.tran").get("/events/" + "0" * 32).status_code == 404
    assert browser("an.tran").get("/events/' OR 1=1").status_code == 404
