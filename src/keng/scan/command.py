"""One scan as the command line wishes it: rules in, outputs opened, messages, summary, exit code."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from rich.console import Console
from rich.text import Text

from keng.i18n import _
from keng.i18n.system_error import system_error
from keng.model.severity import Severity
from keng.scan.html_report import render
from keng.scan.messages import Messages
from keng.scan.report_rows import ReportRows
from keng.scan.rules import load, rules_folder
from keng.scan.run import Scan
from keng.scan.shown import shown
from keng.scan.sinks import CsvFile, JsonLines, Sink, open_csv
from keng.scan.terminal import show
from keng.scan.walk import Found, find_files, identity

DONE, FAILED, INTERRUPTED = 0, 1, 130
WORTH_IT = 32 << 20
"""From so many bytes on, all processors work."""


class Wish(NamedTuple):
    """What was asked for. rules: empty for the installed sets; level: the lowest severity to report; zone: of times that
    name none, None for UTC; jobs: processes that work at once, 0 for as many as there are processors if it is worth it."""

    paths: list[str]
    rules: list[Path]
    json: bool
    csv: Path | None
    html: Path | None
    level: Severity
    data: Path | None = None
    zone: tzinfo | None = None
    jobs: int = 0


def scan(wish: Wish) -> int:
    """Run it; the exit code."""
    errors = Console(stderr=True)
    try:
        with ExitStack() as opened:
            return _scan(wish, errors, opened)
    except KeyboardInterrupt:
        errors.print(Text(_("Interrupted.")))
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`): nothing more to say, also not at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        place = f"{shown(str(error.filename))}: " if error.filename else ""
        errors.print(Text(place + _("cannot be written: {error}", error=system_error(error))), soft_wrap=True)
        return FAILED


def _scan(wish: Wish, errors: Console, opened: ExitStack) -> int:
    sinks: list[Sink] = []
    if wish.json:
        sinks.append(JsonLines(sys.stdout.buffer))
    if wish.csv:
        sinks.append(CsvFile(opened.enter_context(open_csv(str(wish.csv)))))
    if wish.html:
        wish.html.open("a").close()
    own = _own_files(wish)
    rows = ReportRows()
    if wish.html:
        sinks.append(rows)
    detector = load(wish.rules, rules_folder(wish.data), errors)
    if detector is None:
        return FAILED
    # Rules are many small objects that live to the end: the collector need not walk them again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    total = _total(wish.paths, own)
    sides = detector.side_sieves(_beside(wish.jobs, total))
    opened.callback(sides.close)
    messages = Messages(errors, total if errors.is_terminal else 0)
    run = Scan(detector, sinks, messages, wish.level, own, wish.zone, sides)
    started = monotonic()
    try:
        summary = run.run(wish.paths)
    finally:
        messages.close()
        run.summary.seconds = monotonic() - started
    if wish.json:
        sys.stdout.buffer.flush()
    if wish.html:
        wish.html.write_text(render(summary, rows.rows, wish.paths, datetime.now(UTC)), encoding="utf-8")
    show(summary, errors if wish.json else Console())
    if summary.events or (summary.files and not summary.problems):
        return DONE
    text = _(
        "No event was read. Give files or folders with logs: EVTX, JSON of Windows events, Zeek, Suricata, syslog,"
        " auditd, web logs, also in .gz, .zst and .zip. The list of all: docs/log-sources.md."
    )
    errors.print(Text(text), soft_wrap=True)
    return FAILED


def _own_files(wish: Wish) -> frozenset[tuple[int, int]]:
    """What this scan writes itself: `keng scan . --json > found.jsonl` must not read its own answer."""
    outputs = [os.fstat(sys.stdout.fileno())] if wish.json else []
    outputs += [path.stat() for path in (wish.csv, wish.html) if path]
    return frozenset(identity(status) for status in outputs)


def _beside(jobs: int, total: int) -> int:
    """Processes to work beside this one on so many bytes; none where a process cannot be copied."""
    if not hasattr(os, "fork"):
        return 0
    if not jobs:
        jobs = len(os.sched_getaffinity(0)) if total >= WORTH_IT and hasattr(os, "sched_getaffinity") else 1
    return jobs - 1


def _total(paths: list[str], own: frozenset[tuple[int, int]]) -> int:
    return sum(_sizes(paths, own))


def _sizes(paths: list[str], own: frozenset[tuple[int, int]]) -> Iterator[int]:
    for found in find_files(paths, own):
        if isinstance(found, Found):
            yield found.size
