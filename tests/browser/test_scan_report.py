"""The report of `keng scan` in a browser without a network: nothing is loaded, nothing of a log runs, it filters."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.hostile_texts import TEXTS

from keng.i18n import using
from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event, LogSource
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.scan.html_report import render
from keng.scan.report_rows import ReportRows
from keng.scan.summary import Summary

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MAY = 1_777_597_200_000_000


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    summary, rows = Summary(files=3, events=100_000, seconds=2), ReportRows()
    for number in range(10_000):
        text = TEXTS[number % len(TEXTS)]
        rule = RuleInfo(f"rule-{number % 250}", text[:200], Severity(number % 5), tags=("attack.execution",))
        event = Event(
            {"CommandLine": text, "User": "an"}, LogSource(), host=f"pc-{number % 40}", source=text[:100]
        )
        event.offset, event.time_us = number, MAY + number * 30_000_000
        found = Detection(rule, event, {"CommandLine": text})
        summary.add(found)
        rows.take(found)
    summary.problem(TEXTS[0], Rejected(TEXTS[3], "byte 7"))
    path = tmp_path_factory.mktemp("report") / "report.html"
    with using("vi"):
        path.write_text(render(summary, rows.rows, ["logs"], datetime(2026, 11, 24, tzinfo=UTC)))
    return path


@pytest.mark.parametrize("width", [1280, pytest.param(360, marks=pytest.mark.long)])
def test_ten_thousand_detections_open_filter_and_load_nothing(
    chromium: Any, report: Path, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    assert asked == [report.as_uri()] and not said
    assert page.evaluate("window.pwned === undefined && document.querySelectorAll('script').length === 1")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("rect").count() > 20 and page.locator(".span span").count() == 5
    page.fill("#words", "pc-17")
    page.locator("input.level[value=low]").uncheck()
    left = page.locator("#found tbody tr:not([hidden])")
    assert 0 < left.count() < 5_000 and "pc-17" in left.first.inner_text()
    assert page.locator("#problems").is_visible()
    context.close()
