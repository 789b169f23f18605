"""`keng work`: a worker beside the centre, on the same servers."""

from pathlib import Path
from typing import Annotated

import typer

from keng.i18n import _


def command(
    data: Annotated[
        Path | None, typer.Option(help=_("Folder of the installed rule sets and the settings file."))
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help=_("Settings file (default: keng.toml in the data folder)."))
    ] = None,
    rules: Annotated[list[Path] | None, typer.Option(help=_("Further rules: folder, file or zip."))] = None,
) -> None:
    """Detect and store beside a centre, on servers that both share."""
    from keng.runtime.logs import configure
    from keng.runtime.settings import SettingsError, load_settings
    from keng.runtime.working import work

    try:
        settings = load_settings({"data_dir": data, "rules": rules or None}, file=config)
    except SettingsError as error:
        typer.echo(_("Error: {reason}", reason=error), err=True)
        raise typer.Exit(2) from error
    configure(settings.log_level)
    raise typer.Exit(work(settings))
