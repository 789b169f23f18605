"""The HTML report: one file, nothing loaded from elsewhere, readable without a network and without scripts.

The content security policy allows only the report's own style and script, by their hashes; all text from logs
goes through Jinja's escaping, and nothing from logs stands in an attribute that a browser interprets.
"""

import base64
import hashlib
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from keng import __version__
from keng.i18n import _, language
from keng.model.severity import Severity
from keng.scan.messages import placed
from keng.scan.report_rows import ALL, PER_RULE, Row
from keng.scan.shown import shown
from keng.scan.summary import Summary
from keng.scan.svg_timeline import svg_bars, ticks
from keng.scan.terminal import number
from keng.scan.timeline import iso
from keng.scan.words import in_order, severity_word, tactic_word

_TEMPLATES = Path(__file__).parent / "templates"


def render(summary: Summary, rows: list[Row], arguments: list[str], made: datetime) -> str:
    """The whole document in the current language."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["number"] = number
    style = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    script = (_TEMPLATES / "report.js").read_text(encoding="utf-8")
    columns = summary.timeline.columns(120)
    page = environment.get_template("report.html")
    return page.render(
        _=_,
        language=language(),
        version=__version__,
        made=made.strftime("%Y-%m-%d %H:%M UTC"),
        arguments=[shown(argument, 300) for argument in arguments],
        summary=summary,
        first=iso(summary.timeline.first_us)[:19].replace("T", " "),
        last=iso(summary.timeline.last_us)[:19].replace("T", " "),
        bars=svg_bars(columns),
        ticks=ticks(columns),
        peak=max((sum(counts) for _start, counts in columns), default=0),
        severities=[
            (severity.level, severity_word(severity), summary.severities.get(severity, 0))
            for severity in sorted(Severity, reverse=True)
        ],
        rules=[
            (
                entry.severity.level,
                severity_word(entry.severity),
                shown(entry.title, 300),
                rule_id,
                entry.count,
                len(entry.hosts),
                iso(entry.first_us)[:19].replace("T", " "),
                iso(entry.last_us)[:19].replace("T", " "),
            )
            for rule_id, entry in summary.top_rules()
        ],
        hosts=[(shown(host, 200) or "–", count) for host, count in summary.hosts.most_common(200)],
        tactics=[(tactic_word(tactic), count) for tactic, count in in_order(summary.tactics)],
        rows=[
            (row.severity.level, severity_word(row.severity), row)
            for row in sorted(rows, key=lambda row: row.time)
        ],
        damages=[
            (shown(where, 500), placed(problem.position), shown(problem.reason, 400))
            for where, problem in summary.damages
        ],
        per_rule=PER_RULE,
        limit=ALL,
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
