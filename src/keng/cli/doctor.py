"""`keng doctor`: checks the machine and the centre, and says what to do."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from keng.i18n import _

MARKS = {"good": ("✓", "green"), "warn": ("!", "yellow"), "bad": ("✗", "red")}


def command(
    data: Annotated[
        Path | None, typer.Option("--data", help=_("Folder of the centre's data."), metavar="DIR")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("One JSON object a finding."))] = False,
) -> None:
    """Check the machine and the centre. Exit code 1 if something does not work, 0 otherwise."""
    import msgspec
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from keng.cli.casework import fail, now_us
    from keng.doctor.centre import check_rules, check_running, check_state, running_stats
    from keng.doctor.certificates import check_certificate
    from keng.doctor.finding import Finding, Health
    from keng.doctor.machine import check_machine
    from keng.runtime.settings import SettingsError, load_settings

    try:
        settings = load_settings({"data_dir": data})
    except SettingsError as error:
        fail(str(error))
    stats = running_stats(settings)
    findings: list[Finding] = [
        *check_machine(settings, running=stats is not None),
        *check_certificate(settings, datetime.now(UTC)),
        *check_state(settings, now_us()),
        *check_rules(settings),
        *check_running(stats),
    ]
    if as_json:
        for one in findings:
            typer.echo(msgspec.json.encode(one).decode())
    else:
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
        table.add_column(width=1)
        table.add_column(overflow="fold")
        for one in findings:
            mark, colour = MARKS[one.health]
            # Names come from the register and texts from errors: plain text, never markup.
            text = Text(_printable(one.text))
            if one.advice:
                text.append(f"\n→ {_printable(one.advice)}", style="dim")
            table.add_row(Text(mark, style=f"bold {colour}"), text)
        Console().print(table)
        counts = {health: sum(one.health is health for one in findings) for health in Health}
        typer.echo(
            _(
                "{good} well, {warn} to look at, {bad} broken",
                good=counts[Health.GOOD],
                warn=counts[Health.WARN],
                bad=counts[Health.BAD],
            )
        )
    if any(one.health is Health.BAD for one in findings):
        raise typer.Exit(1)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
