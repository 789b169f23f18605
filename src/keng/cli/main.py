"""`keng`: registers every command by name. Heavy imports stay inside the commands."""

import typer

from keng.i18n import _

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=_("The alarm gong of a province's information systems."),
)


def main() -> None:
    """Entry point of the `keng` command."""
    app()
