"""The rules."""

from typing import Any


def test_loaded_and_failed_rules_with_the_reason(browser: Any) -> None:
    text = browser("an.tran").get("/rules").text
    assert "Shadow copies deleted" in text and "Not loaded" in text and "bad.yml" in text


def test_filters(browser: Any) -> None:
    person = browser("an.tran")
    assert "11111111-2222" in person.get("/rules?text=shadow&severity=critical").text
    assert "No rule fits" in person.get("/rules?text=zzz").text
    assert person.get("/rules?page=77").status_code == 200
