"""`keng retro`: all rules, or some, over everything that the centre keeps.

Exit codes: 0 done; 1 it failed; 2 wrong usage; 130 cancelled with Ctrl-C.
"""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keng.i18n import _

if TYPE_CHECKING:
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
        typer.Option("--rule", help=_("Only the rule with this id; may be given many times.")),
    ] = None,
    since: Annotated[
        str, typer.Option("--since", help=_("Only events since then: 7d, 24h, 2026-11-24, 24/11/2026 10:30."))
    ] = "",
    agency: Annotated[str, typer.Option("--agency", help=_("Only events of this agency."))] = "",
    record: Annotated[
        bool, typer.Option("--alerts", help=_("Make alerts, marked “found later”, of what is found."))
    ] = False,
    json: Annotated[bool, typer.Option("--json", help=_("Write JSON on standard output."))] = False,
    data: Annotated[
        Path | None, typer.Option("--data", help=_("Folder of the centre's data."), metavar="DIR")
    ] = None,
) -> None:
    """Search all stored events with rules, in one pass, beside a running centre or without one."""
    from keng.cli.casework import BY, fail
    from keng.runtime.data_folder import DataFolderError
    from keng.runtime.retro_command import as_paths, search_history
    from keng.runtime.settings import SettingsError, load_settings
    from keng.state.database import StateError
    from keng.state.retro import RetroRequest, RetroStatus
    from keng.store.errors import StoreError

    since_us = since_of(since)
    request = RetroRequest(as_paths(rules or []), tuple(rule or ()), since_us, agency, record)
    cancelled = threading.Event()
    try:
        settings = load_settings({"data_dir": data})
        if not (settings.data_dir / "state.db").exists() and not settings.state_url:
            fail(_("there is no centre's data in {path}", path=settings.data_dir))
        with _Shown(json, cancelled) as shown:
            job = search_history(settings, request, BY.name, shown.tell, cancelled)
    except (SettingsError, StateError, StoreError, DataFolderError, OSError) as problem:
        fail(str(problem))
    _as_json(job) if json else _as_text(job)
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
        if self._quiet:
            return
        share = job.events / job.of_events if job.of_events else 0.0
        bar = "█" * int(share * 30) + "·" * (30 - int(share * 30))
        text = _(
            "{bar} {percent} %  {events} of {all} events, {found} found",
            bar=bar,
            percent=int(share * 100),
            events=f"{job.events:,}",
            all=f"{job.of_events:,}",
            found=_found(job),
        )
        typer.echo(f"\r\x1b[K{text}", err=True, nl=False)


def _found(job: "RetroJob") -> int:
    return sum(sum(of_rule.values()) for of_rule in job.found.values())


def _as_json(job: "RetroJob") -> None:
    import msgspec

    typer.echo(msgspec.json.encode(job).decode())


def _as_text(job: "RetroJob") -> None:
    from keng.scan.shown import shown
    from keng.state.retro import RetroStatus

    heading = {
        RetroStatus.DONE: _("Done."),
        RetroStatus.CANCELLED: _("Cancelled: what follows is what was found until then."),
        RetroStatus.FAILED: _("Failed: {reason}", reason=shown(job.error, 500)),
    }
    typer.echo(heading.get(job.status, job.status.value))
    if job.error and job.status is RetroStatus.DONE:
        typer.echo(_("Note: {reason}", reason=shown(job.error, 500)))
    speed = job.events / job.seconds if job.seconds else 0
    typer.echo(
        _(
            "{events} events in {seconds} s ({speed} a second): {found} found by {rules} rules.",
            events=f"{job.events:,}", seconds=f"{job.seconds:.1f}", speed=f"{speed:,.0f}", found=_found(job),
            rules=len(job.found),
        )
    )  # fmt: skip
    titles = {one.rule_id: (one.title, one.level) for one in job.samples}
    for rule_id, agencies in sorted(job.found.items(), key=lambda pair: -sum(pair[1].values())):
        title, level = titles.get(rule_id, (rule_id, ""))
        more = "  " + _("given up: too many") if rule_id in job.noisy else ""
        where = ", ".join(f"{shown(name or '?', 64)} {count}" for name, count in sorted(agencies.items()))
        typer.echo(f"{sum(agencies.values()):>9,}  {level:<13} {shown(title, 200)}  ({where}){more}")
