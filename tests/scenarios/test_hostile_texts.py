"""Two hundred hostile texts in a terminal, a spreadsheet, a report and a letter: text, and nothing else."""

import io
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from tests.hostile_texts import TEXTS

from keng.bulletins.pdf import bulletin_pdf
from keng.model.agency import CentreProfile
from keng.model.bulletin import Bulletin, BulletinStatus, BulletinText, Tlp
from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event, LogSource
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.scan.html_report import render
from keng.scan.messages import Messages
from keng.scan.report_rows import ReportRows
from keng.scan.sinks import CsvFile, JsonLines
from keng.scan.summary import Summary
from keng.scan.terminal import show

# What moves the cursor, rings, colours or turns the direction of writing.
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def detections() -> list[Detection]:
    return [
        Detection(
            RuleInfo(f"rule-{number}", text, Severity.HIGH, tags=(text,)),
            Event(
                {"CommandLine": text, text: text}, LogSource(), host=text, source=text, time_us=number * 10**9
            ),
            {"CommandLine": text, text: text},
        )
        for number, text in enumerate(TEXTS)
    ]


def test_there_are_two_hundred_and_each_is_another() -> None:
    assert len(set(TEXTS)) == len(TEXTS) >= 200


def test_the_terminal_is_not_steered() -> None:
    summary, out = Summary(), io.StringIO()
    console = Console(file=out, width=100)
    messages = Messages(console, 0)
    for found in detections():
        summary.add(found)
        messages.problem(found.event.host, Rejected(found.rule.title, found.event.source))
    messages.close()
    show(summary, console)
    assert not STEERING.search(out.getvalue())


def test_no_cell_of_the_spreadsheet_is_a_formula_and_every_line_of_json_stays_one() -> None:
    table, lines = io.StringIO(), io.BytesIO()
    csv, json = CsvFile(table), JsonLines(lines)
    for found in detections():
        csv.take(found)
        json.take(found)
    assert not re.search(r'(?m)(^|,)"?[ ]*[=+@＝＋－＠]', table.getvalue())
    assert lines.getvalue().count(b"\n") == len(TEXTS)


def test_the_report_has_no_tag_but_its_own() -> None:
    summary, rows = Summary(), ReportRows()
    for found in detections():
        summary.add(found)
        summary.problem(found.event.host, Rejected(found.rule.title))
        rows.take(found)
    page = render(summary, rows.rows, list(TEXTS[:50]), datetime(2026, 11, 24, tzinfo=UTC))
    assert page.count("<script") == 1 and not STEERING.search(page)
    assert not re.search(
        r"<(img|iframe|object|embed|base|link|video|math|marquee|template|noscript|form|a)\b", page
    )
    assert not re.search(r"<[a-z]+[^>]*\son[a-z]+\s*=", page)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_letter_is_set_and_runs_nothing(language: str, tmp_path: Path) -> None:
    everything = "\n\n".join(text[:300] for text in TEXTS)
    words = BulletinText(
        TEXTS[-30][:300],
        everything,
        everything[:5000],
        tuple(text[:500] for text in TEXTS),
        everything[:2000],
    )
    bulletin = Bulletin(
        1, "CB-2026-0001", Severity.HIGH, Tlp.AMBER, {"vi": words, "en": words}, BulletinStatus.PUBLISHED
    )
    pdf = bulletin_pdf(bulletin, CentreProfile(), language, TEXTS[:20], TEXTS[30], TEXTS[31])
    assert pdf.startswith(b"%PDF-")
    assert b"/JavaScript" not in pdf and b"/URI" not in pdf
    if shutil.which("pdftotext"):
        (tmp_path / "letter.pdf").write_bytes(pdf)
        text = subprocess.run(
            ["pdftotext", tmp_path / "letter.pdf", "-"], capture_output=True, text=True, check=True
        ).stdout
        assert "#import" in text and "{{7*7}}" in text and "root:x:" not in text
