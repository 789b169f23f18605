"""The HTML report."""

import base64
import hashlib
import re
from datetime import UTC, datetime

import pytest

from keng.i18n import using
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.scan.html_report import render
from keng.scan.report_rows import ReportRows
from keng.scan.summary import Summary

MADE = datetime(2026, 11, 24, tzinfo=UTC)


def page(detections: list, language: str = "en") -> str:  # type: ignore[type-arg]
    summary, rows = Summary(files=1, events=10), ReportRows()
    for found in detections:
        summary.add(found)
        rows.take(found)
    with using(language):
        return render(summary, rows.rows, ["logs/<x>"], MADE)


@pytest.mark.parametrize(("language", "word"), [("vi", "Dòng thời gian"), ("en", "Time line")])
def test_it_stands_alone_in_both_languages(detection, language: str, word: str) -> None:  # type: ignore[no-untyped-def]
    text = page([detection(severity=severity, time_us=10**15 * severity) for severity in Severity], language)
    assert f'<html lang="{language}">' in text and word in text and "<svg" in text and "<rect" in text
    assert not re.search(r"""(?:src|href)\s*=|url\(|@import|https?://""", text)


def test_the_policy_allows_only_what_is_inside(detection) -> None:  # type: ignore[no-untyped-def]
    text = page([detection()])
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy and "default-src 'none'" in policy[1] and "unsafe" not in policy[1]
    for tag in ("style", "script"):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert inside
        assert base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode() in policy[1]
    assert " style=" not in text and not re.search(r"\son[a-z]+=", text)


def test_hostile_text_is_text(detection) -> None:  # type: ignore[no-untyped-def]
    hostile = "</td></script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202e\x1b"
    text = page([detection(title=hostile, host=hostile, source=hostile, matched={hostile: hostile})])
    assert text.count("<script>") == 1 and "<img" not in text
    assert "\u202e" not in text and "\x1b" not in text


def test_nothing_found_is_said() -> None:
    assert "No rule matched." in page([]) and "<svg" not in page([])


def test_what_could_not_be_read_stands_in_the_report_with_its_place() -> None:
    summary = Summary(files=1)
    summary.problem("logs/<b>.gz", Rejected("cut\u202e short", "byte 17"))
    with using("vi"):
        text = render(summary, [], ["logs"], MADE)
    assert "logs/&lt;b&gt;.gz" in text and "byte 17" in text and "cut\\u202e short" in text
