"""Health."""

from typing import Any

import msgspec

from keng.i18n import _, using
from keng.state.quarantine import Refused, quarantine
from keng.web.render import number


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


def test_what_correlations_left_out_is_told(browser: Any, centre: Any) -> None:
    calm = centre.stats
    centre.stats = msgspec.structs.replace(calm, left_out=4711)
    try:
        english, vietnamese = (browser("an.tran", language).get("/health").text for language in ("en", "vi"))
    finally:
        centre.stats = calm
    assert f"Left out of correlations, late or for want of room</dt><dd>{number(4711)}" in english
    assert "Không đưa vào tương quan" in vietnamese


def test_a_reason_is_told_in_the_language_of_who_reads_it(browser: Any, centre: Any) -> None:
    with using("vi"):
        reason = _(
            "the message has {size} bytes, more than {limit}; let the sender cut or split it", size=9, limit=8
        )
    with centre.state.write() as conn:
        quarantine(
            conn, [Refused(1_795_537_000_000_000, "so-y-te", "so-y-te-windows", reason, "byte 8", b"x")]
        )
    english, vietnamese = (browser("an.tran", language).get("/health").text for language in ("en", "vi"))
    assert "the message has 9 bytes, more than 8; let the sender cut or split it" in english
    assert reason in vietnamese and reason not in english
