"""`keng retro`: all rules, or some, over everything that the centre keeps.

Exit codes: 0 done; 1 it failed; 2 wrong usage; 130 cancelled with Ctrl-C.
"""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keng.cli.lines import put, width
from keng.cli.rules_told import AsJson
from keng.i18n import _

if TYPE_CHECKING:
    from keng.runtime.settings import Settings
    from keng.state.retro import RetroJob


def command(
    rules: Annotated[
        list[Path] | None,
        typer.Option(
            "--rules",
            "-r",
            help=_("Rule folder, file or zip; may be given many times. Default: the centre's rules."),
        ),
    ] = None,
    rule: Annotated[
        list[str] | None,
        typer.Option("--rule", help=_("Only the rule with this id or title; may be given many times.")),
    ] = None,
    since: Annotated[
        str, typer.Option("--since", help=_("Only events since then: 7d, 24h, 2026-11-24, 24/11/2026 10:30."))
    ] = "",
    agency: Annotated[str, typer.Option("--agency", help=_("Only events of this agency."))] = "",
    record: Annotated[
        bool, typer.Option("--alerts", help=_("Make alerts, marked “found later”, of what is found."))
    ] = False,
    json: AsJson = False,
    data: Annotated[
        Path | None, typer.Option("--data", help=_("Folder of the centre's data."), metavar="DIR")
    ] = None,
) -> None:
    """Search all stored events with rules, in one pass, beside a running centre or without one."""
    from keng.cli.casework import BY
    from keng.cli.rules_told import cause, fail
    from keng.runtime.data_folder import DataFolderError
    from keng.runtime.retro_command import as_paths, no_history, no_such_agency, search_history
    from keng.runtime.settings import SettingsError, load_settings
    from keng.state.database import StateError
    from keng.state.retro import RetroRequest, RetroStatus
    from keng.store.errors import StoreError

    since_us = since_of(since)
    request = RetroRequest(as_paths(rules or []), tuple(rule or ()), since_us, agency, record)
    cancelled = threading.Event()
    try:
        settings = load_settings({"data_dir": data})
        if reason := no_history(settings) or no_such_agency(settings, agency):
            fail(reason)
        for path in rules or ():
            path.stat()
        with _Shown(json, cancelled) as shown:
            job = search_history(settings, request, BY.name, shown.tell, cancelled)
    except (SettingsError, StateError, StoreError, DataFolderError, OSError) as problem:
        fail(cause(problem))
    _as_json(job) if json else _as_text(job, _titles(settings, job))
    if job.status is RetroStatus.CANCELLED:
        raise typer.Exit(130)
    if job.status is RetroStatus.FAILED:
        raise typer.Exit(1)


def since_of(text: str) -> int:
    """A time as a person writes it, microseconds; 0 for none. Raises typer.BadParameter."""
    from datetime import datetime

    from keng.cli.casework import now_us
    from keng.store.times import time_us

    if not text:
        return 0
    zone = datetime.now().astimezone().tzinfo
    assert zone is not None
    found = time_us(text, now_us(), zone, end=False)
    if found is None:
        raise typer.BadParameter(
            _("no time: write 7d, 24h, 2026-11-24 or 24/11/2026 10:30"), param_hint="--since"
        )
    return found


class _Shown:
    """A line that says how far the search is, where somebody looks on; Ctrl-C asks it to end."""

    def __init__(self, quiet: bool, cancelled: threading.Event) -> None:
        import sys

        self._quiet = quiet or not sys.stderr.isatty()
        self._cancelled = cancelled

    def __enter__(self) -> "_Shown":
        import signal

        self._before = signal.signal(signal.SIGINT, lambda _number, _frame: self._cancelled.set())
        return self

    def __exit__(self, *_error: object) -> None:
        import signal

        signal.signal(signal.SIGINT, self._before)
        if not self._quiet:
            typer.echo("\r\x1b[K", err=True, nl=False)

    def tell(self, job: "RetroJob") -> None:
        from keng.state.retro import RetroStatus

        if self._quiet:
            return
        if not job.of_events:
            waits = _("Waits until the centre has ended the search before it…")
            text = waits if job.status is RetroStatus.WAITING else _("Looks how much history there is…")
            typer.echo(f"\r\x1b[K{text[: width() - 1]}", err=True, nl=False)
            return
        share = job.events / job.of_events
        room = max(min(width() - 50, 30), 5)
        bar = "█" * int(share * room) + "·" * (room - int(share * room))
        text = _(
            "{bar} {percent} %  {events} of {all} events, {found} found",
            bar=bar,
            percent=int(share * 100),
            events=f"{job.events:,}",
            all=f"{job.of_events:,}",
            found=_found(job),
        )
        typer.echo(f"\r\x1b[K{text[: width() - 1]}", err=True, nl=False)


def _found(job: "RetroJob") -> int:
    return sum(sum(of_rule.values()) for of_rule in job.found.values())


def _as_json(job: "RetroJob") -> None:
    import msgspec

    typer.echo(msgspec.json.encode(job).decode())


def _titles(settings: "Settings", job: "RetroJob") -> dict[str, tuple[str, str]]:
    """Rule id → title and level: of the job's samples, and where it has none, of the rules themselves."""
    from keng.detect.sigma import load_rules
    from keng.runtime.retro_command import centre_rules

    titles = {one.rule_id: (one.title, one.level) for one in job.samples}
    if set(job.found) - set(titles):
        paths = [Path(path) for path in job.request.paths]
        info = (load_rules(paths) if paths else centre_rules(settings)).info
        titles |= {
            name: (info[name].title, info[name].severity.level)
            for name in job.found
            if name in info and name not in titles
        }
    return titles


def _as_text(job: "RetroJob", titles: dict[str, tuple[str, str]]) -> None:
    from keng.model.severity import Severity
    from keng.scan.shown import shown
    from keng.state.retro import RetroStatus

    heading = {
        RetroStatus.DONE: _("Done."),
        RetroStatus.CANCELLED: _("Cancelled: what follows is what was found until then."),
        RetroStatus.FAILED: _("Failed: {reason}", reason=shown(job.error, 500)),
    }
    put(heading.get(job.status, job.status.value))
    if job.status is RetroStatus.FAILED and not job.events:
        return
    if job.error and job.status is RetroStatus.DONE:
        put(_("Note: {reason}", reason=shown(job.error, 500)))
    speed = job.events / job.seconds if job.seconds else 0
    put(
        _(
            "{events} events in {seconds} s ({speed} a second): {found} found by {rules} rules.",
            events=f"{job.events:,}", seconds=f"{job.seconds:.1f}", speed=f"{speed:,.0f}", found=f"{_found(job):,}",
            rules=len(job.found),
        )
    )  # fmt: skip
    order = {level.level: -level for level in Severity}
    rows = [
        (*titles.get(rule_id, (rule_id, "")), rule_id, agencies) for rule_id, agencies in job.found.items()
    ]
    rows.sort(key=lambda row: (order.get(row[1], 1), -sum(row[3].values()), row[0]))
    for title, level, rule_id, agencies in rows:
        more = " · " + _("given up: too many") if rule_id in job.noisy else ""
        where = ", ".join(f"{shown(name or '?', 64)} {count:,}" for name, count in sorted(agencies.items()))
        put(f"{sum(agencies.values()):>8,}  {level:<13} {shown(title, 200)} ({where}){more}", 0, 24)
    if job.found and not job.request.record:
        put(_("No alerts were made; --alerts makes them, marked “found later”."))
