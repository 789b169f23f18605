"""`keng`: registers every command by name. Heavy imports stay inside the commands."""

import os
import sys
from typing import Annotated, Any

import typer
from typer._click.exceptions import ClickException, NoArgsIsHelpError

from keng import __version__
from keng.cli import admin, backup, doctor, hold, hunt, register, retro, rules, scan, send, up, work
from keng.cli.words import report, speak
from keng.i18n import LANGUAGES, _, set_language

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="The alarm gong of a province's information systems: collects logs, detects attacks, warns agencies.",
)
app.command("up", help="Start the centre: receive, detect, store, and serve the console.")(up.command)
app.command("scan", help="Run Sigma rules over files and folders of logs.")(scan.command)
app.command("send", help="Follow files on this machine and send them to a centre.")(send.command)
app.command("work", help="Detect and store beside a centre, on servers that both share.")(work.command)
app.command("hunt", help="Search the events that the centre keeps.")(hunt.command)
app.command("retro", help="Search all stored events with rules.")(retro.command)
app.command("backup", help="Save everything that the centre keeps, while it runs or not.")(backup.backup)
app.command("restore", help="Bring a backup back into an empty data folder.")(backup.restore)
app.command("verify", help="Check that nothing of what the centre keeps is lost or changed.")(backup.verify)
app.command("doctor", help="Check this machine and the centre, and say what to do.")(doctor.command)
app.add_typer(rules.app, name="rules")
app.add_typer(register.app, name="register")
app.add_typer(hold.app, name="hold")
app.add_typer(admin.app, name="admin")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"keng {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help=_("Show the version and exit.")),
    ] = False,
) -> None:
    """Options of every command."""


def build() -> Any:
    """The whole command tree, its texts in the language of the environment."""
    command = typer.main.get_command(app)
    speak(command)
    return command


def main() -> None:
    """Entry point of the `keng` command. `KENG_LANG` chooses the language: vi or en."""
    wanted = os.environ.get("KENG_LANG", "")
    if wanted in LANGUAGES:
        set_language(wanted)
    try:
        sys.exit(build()(prog_name="keng", standalone_mode=False))
    except NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except ClickException as error:
        report(error)
        sys.exit(error.exit_code)
    except typer.Abort:
        typer.echo(_("Aborted."), err=True)
        sys.exit(130)
