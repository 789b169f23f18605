"""The summary in the terminal."""

import io

import pytest
from rich.console import Console

from keng.i18n import using
from keng.model.severity import Severity
from keng.scan.summary import Summary
from keng.scan.terminal import number, show


def text_of(summary: Summary) -> str:
    out = io.StringIO()
    show(summary, Console(file=out, width=120))
    return out.getvalue()


@pytest.mark.parametrize(("language", "word"), [("vi", "Theo mức độ nghiêm trọng"), ("en", "By severity")])
def test_it_shows_severities_rules_hosts_tactics_and_a_time_line(detection, language: str, word: str) -> None:  # type: ignore[no-untyped-def]
    summary = Summary(files=1, events=5, problems=2, seconds=0.5)
    summary.formats["evtx"] = 5
    for number_ in range(60):
        summary.add(
            detection(
                rule_id=str(number_), title=f"Rule {number_}", host=f"pc-{number_}", time_us=number_ * 10**9
            )
        )
    with using(language):
        text = text_of(summary)
    assert word in text and "Rule 0" in text and "pc-1" in text and "█" in text and "evtx 5" in text
    assert "1970-01-01" in text


def test_hostile_text_cannot_steer_the_terminal(detection) -> None:  # type: ignore[no-untyped-def]
    summary = Summary()
    summary.add(
        detection(title="a\x1b]0;owned\x07[red]b\u202e", host="h\x9b31m\r[bold]", severity=Severity.CRITICAL)
    )
    text = text_of(summary)
    assert not {"\x1b", "\x07", "\x9b", "\r", "\u202e"} & set(text)
    assert "[red]" in text and "[bold]" in text


def test_nothing_found_is_said() -> None:
    with using("en"):
        assert "No rule matched." in text_of(Summary(files=1, events=1))
    assert number(1234567) == "1\u202f234\u202f567"
