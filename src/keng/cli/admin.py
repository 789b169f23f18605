"""`keng admin`: accounts from the command line; how the first administrator comes to be."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from keng.i18n import _
from keng.model.user import Role

app = typer.Typer(no_args_is_help=True, help=_("Accounts of the console."))

Data = Annotated[Path | None, typer.Option("--data", help=_("Folder of the centre's data."), metavar="DIR")]


@app.command(
    "create",
    help=_(
        "Create an account. The password is asked for; without a terminal one is made and shown this once."
    ),
)
def create(
    name: Annotated[str, typer.Argument(help=_("Account name: letters, digits, dot, hyphen, underscore."))],
    role: Annotated[Role, typer.Option("--role", help=_("What the person is here to do."))] = Role.ADMIN,
    agency: Annotated[str, typer.Option("--agency", help=_("Id of the agency; for the role “agency”."))] = "",
    full_name: Annotated[str, typer.Option("--full-name", help=_("The person's name."))] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help=_("Read the password from standard input."))
    ] = False,
    data: Data = None,
) -> None:
    """Create an account. The password is asked for; without a terminal one is made and shown this once."""
    from keng.auth.passwords import hash_password
    from keng.cli.casework import BY, fail, now_us, opened
    from keng.model.rejected import Rejected
    from keng.state.users import create_user

    new, generated = _ask_password(password_stdin, name, full_name)
    hashed = hash_password(new)
    with opened(data, create=True) as state, state.write() as conn:
        made = create_user(conn, name, role, hashed, BY, now_us(), full_name=full_name, agency_id=agency)
    if isinstance(made, Rejected):
        fail(made.reason)
    typer.echo(_("Account “{name}” created with the role “{role}”.", name=made.name, role=made.role.value))
    if generated:
        typer.echo(_("Password, shown this once: {password}", password=new))


@app.command("list", help=_("List the accounts."))
def show(data: Data = None) -> None:
    """List the accounts."""
    from keng.cli.casework import opened
    from keng.state.users import users

    with opened(data) as state, state.read() as conn:
        for user in users(conn):
            mark = " " + _("(disabled)") if user.disabled else ""
            typer.echo(
                "\t".join((user.name, user.role.value, user.agency or "-", user.full_name or "-")) + mark
            )


@app.command("disable", help=_("Disable an account; its sessions end at once."))
def disable(
    name: Annotated[str, typer.Argument(help=_("Account name."))],
    data: Data = None,
) -> None:
    """Disable an account; its sessions end at once."""
    from keng.cli.casework import BY, fail, now_us, opened
    from keng.model.rejected import Rejected
    from keng.state.users import set_disabled, user_by_name

    with opened(data) as state, state.write() as conn:
        found = user_by_name(conn, name)
        if found is None:
            fail(_("there is no account “{name}”", name=name[:64]))
        done = set_disabled(conn, found.id, True, BY, now_us())
    if isinstance(done, Rejected):
        fail(done.reason)
    typer.echo(_("Account “{name}” is disabled.", name=done.name))


@app.command("password", help=_("Set a new password; the account's sessions end at once."))
def password(
    name: Annotated[str, typer.Argument(help=_("Account name."))],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help=_("Read the password from standard input."))
    ] = False,
    data: Data = None,
) -> None:
    """Set a new password; the account's sessions end at once."""
    from keng.auth.passwords import hash_password
    from keng.cli.casework import BY, fail, now_us, opened
    from keng.state.users import set_password, user_by_name

    new, generated = _ask_password(password_stdin, name)
    hashed = hash_password(new)
    with opened(data) as state, state.write() as conn:
        found = user_by_name(conn, name)
        if found is None:
            fail(_("there is no account “{name}”", name=name[:64]))
        set_password(conn, found.id, hashed, BY, now_us())
    typer.echo(_("The password of “{name}” is changed.", name=found.name))
    if generated:
        typer.echo(_("Password, shown this once: {password}", password=new))


def _ask_password(from_stdin: bool, *about: str) -> tuple[str, bool]:
    """The password, and whether it was made here. Ends the command if it may not be chosen."""
    from keng.auth.passwords import check_password, generate_password
    from keng.cli.casework import fail

    if not from_stdin and not sys.stdin.isatty():
        return generate_password(), True
    if from_stdin:
        chosen = sys.stdin.readline().rstrip("\r\n")
    else:
        prompt = _("Password (at least 12 characters)")
        chosen = str(typer.prompt(prompt, hide_input=True, confirmation_prompt=True))
    if (problem := check_password(chosen, *about)) is not None:
        fail(problem.reason)
    return chosen, False
