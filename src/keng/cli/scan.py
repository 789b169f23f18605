"""`keng scan PATH…`: rules over files and folders of logs.

Exit codes: 0 the scan was done (damaged files and records are reported and the rest was read);
1 nothing could be done: no rule could be loaded, no file could be read, or an output could not be written;
2 wrong usage; 130 interrupted.
"""

from pathlib import Path
from typing import Annotated

import typer

from keng.i18n import _


def command(
    paths: Annotated[list[str], typer.Argument(help=_("Files and folders of logs (also .gz, .zst, .zip)."))],
    rules: Annotated[
        list[Path] | None,
        typer.Option(
            "--rules",
            "-r",
            help=_(
                "Folder, zip or file of Sigma rules; may be given many times. Default: the installed rule sets."
            ),
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help=_("Write each detection as a line of JSON to standard output."))
    ] = False,
    csv: Annotated[
        Path | None, typer.Option("--csv", help=_("Write the detections to this CSV file."))
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help=_("Write a report to this HTML file."))] = None,
    level: Annotated[
        str,
        typer.Option(
            "--level", help=_("Lowest severity to report: informational, low, medium, high or critical.")
        ),
    ] = "informational",
    lang: Annotated[str, typer.Option("--lang", help=_("Language of messages and reports: vi or en."))] = "",
    zone: Annotated[
        str,
        typer.Option(
            "--time-zone",
            help=_("Time zone of times that name none, as Asia/Ho_Chi_Minh or +07:00. Default: UTC."),
        ),
    ] = "",
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs",
            "-j",
            min=0,
            help=_(
                "Processes that work at once. Default: one, and from 32 MB of files on as many as there are processors."
            ),
        ),
    ] = 0,
    data: Annotated[
        Path | None,
        typer.Option("--data", help=_("Data folder with the installed rule sets (else KENG_DATA).")),
    ] = None,
) -> None:
    from keng.i18n import LANGUAGES, set_language
    from keng.model.severity import Severity
    from keng.model.time_zone import time_zone
    from keng.scan.command import Wish, scan

    if lang and lang not in LANGUAGES:
        raise typer.BadParameter(_("--lang is vi or en"), param_hint="--lang")
    if lang:
        set_language(lang)
    if level.upper() not in Severity.__members__:
        raise typer.BadParameter(
            _("--level is informational, low, medium, high or critical"), param_hint="--level"
        )
    if zone and time_zone(zone) is None:
        raise typer.BadParameter(
            _("no time zone: “{name}”; write Asia/Ho_Chi_Minh, UTC or +07:00", name=zone[:64]),
            param_hint="--time-zone",
        )
    wish = Wish(paths, rules or [], json, csv, html, Severity.from_level(level), data, time_zone(zone), jobs)
    raise typer.Exit(scan(wish))


command.__doc__ = _("Run Sigma rules over files and folders of logs.")
