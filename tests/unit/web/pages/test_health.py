"""Health."""

from typing import Any

import msgspec


def test_sources_quarantine_and_what_privacy_drops(browser: Any) -> None:
    text = browser("an.tran").get("/health").text
    for word in (
        "never heard",
        "silent",
        "pauses as usual",
        "still learning",
        "its clock is 45 s fast",
        "wrong time zone?",
        "Quarantine",
        "offset 12, record 3",
        "email.subject",
        "Unaccounted for",
    ):
        assert word in text, word
    assert "<img src=x" not in text


def test_a_stuck_pipeline_is_loud(browser: Any, centre: Any) -> None:
    calm = centre.stats
    centre.stats = msgspec.structs.replace(calm, failure="disk full", pipeline_alive=False, difference=3)
    try:
        text = browser("an.tran").get("/health").text
    finally:
        centre.stats = calm
    assert "disk full" in text and "The pipeline has stopped" in text
