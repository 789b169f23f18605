"""`keng register`: the register of agencies, systems and log sources, from a file."""

import os
from pathlib import Path
from typing import Annotated

import typer

from keng.cli import register_certificate
from keng.i18n import _
from keng.i18n.system_error import system_error

app = typer.Typer(
    no_args_is_help=True, help=_("The register of agencies, information systems and log sources.")
)

app.add_typer(register_certificate.app, name="certificate")

Data = Annotated[Path | None, typer.Option("--data", help=_("Folder of the centre's data."), metavar="DIR")]


@app.command(
    "load", help=_("Load a register file: all of it, or nothing. New sources get a token, shown this once.")
)
def load(
    file: Annotated[Path, typer.Argument(help=_("The register file (YAML)."))],
    tokens_out: Annotated[
        Path | None, typer.Option("--tokens-out", help=_("Write new tokens here instead of showing them."))
    ] = None,
    data: Data = None,
) -> None:
    """Load a register file: all of it, or nothing. New sources get a token, shown this once."""
    from keng.cli.casework import fail, now_us, opened
    from keng.model.agency import Register
    from keng.model.rejected import Rejected
    from keng.state.register import load_register
    from keng.state.register_file import read_register

    try:
        register = read_register(file)
    except OSError as problem:
        fail(_("cannot read {file}: {reason}", file=file, reason=system_error(problem)))
    if not isinstance(register, Register):
        for one in register:
            typer.echo(f"{file}: {one.position}: {one.reason}", err=True)
        fail(_("nothing was loaded"))
    with opened(data, create=True) as state, state.write() as conn:
        issued = load_register(conn, register, now_us())
        if isinstance(issued, Rejected):
            conn.rollback()
            fail(f"{issued.position}: {issued.reason}")
        if tokens_out is not None:
            _write_tokens(tokens_out, issued)
    counts = {
        "agencies": len(register.agencies),
        "systems": len(register.systems),
        "sources": len(register.sources),
    }
    typer.echo(_("Loaded {agencies} agencies, {systems} systems, {sources} log sources.", **counts))
    if issued and tokens_out is not None:
        typer.echo(_("{count} new tokens written to {file}", count=len(issued), file=tokens_out))
    elif issued:
        typer.echo(_("New tokens, shown this once:"))
        for source, token in issued.items():
            typer.echo(f"{source}\t{token}")


@app.command("show", help=_("Show agencies with their systems and log sources."))
def show(data: Data = None) -> None:
    """Show agencies with their systems and log sources."""
    from keng.cli.casework import opened
    from keng.i18n import language
    from keng.state import register
    from keng.state.certificates import certificates
    from keng.state.tokens import tokens

    with opened(data) as state, state.read() as conn:
        systems, sources = register.systems(conn), register.sources(conn)
        for agency in register.agencies(conn):
            typer.echo(f"{agency.id}  {agency.name(language())}")
            for system in systems:
                if system.agency == agency.id:
                    level = _("level {level}", level=system.level)
                    typer.echo(f"  {system.id}  {system.name(language())} ({level})")
            for source in sources:
                if source.agency == agency.id:
                    working = [token.hint + "…" for token in tokens(conn, source.id) if not token.revoked_us]
                    working += [
                        f"{one.identity[:19]}… ({one.subject})"
                        for one in certificates(conn, source.id)
                        if not one.withdrawn_us
                    ]
                    state_text = "" if source.enabled else " " + _("(disabled)")
                    clock = f"  {source.time_zone}" if source.time_zone else ""
                    typer.echo(
                        f"  > {source.id}  {source.transport}{clock}  {', '.join(working)}{state_text}"
                    )


@app.command(
    "token", help=_("Issue a new token for a source, shown this once; its old ones are revoked at once.")
)
def token(
    source: Annotated[str, typer.Argument(help=_("Id of the log source."))],
    revoke: Annotated[
        bool, typer.Option("--revoke", "--withdraw", help=_("Only revoke; issue no new token."))
    ] = False,
    keep: Annotated[
        bool,
        typer.Option("--keep-old", help=_("The old ones go on working, until all senders have the new one.")),
    ] = False,
    data: Data = None,
) -> None:
    """Issue a new token for a source, shown this once; its old ones are revoked at once."""
    from keng.cli.casework import BY, fail, now_us, opened
    from keng.state import audit, register
    from keng.state.tokens import issue_token, replace_token, revoke_tokens

    issued = ""
    with opened(data) as state, state.write() as conn:
        if register.source(conn, source) is None:
            fail(_("the register has no log source “{source}”", source=source[:64]))
        if revoke:
            revoke_tokens(conn, source, now_us())
        else:
            issued = (issue_token if keep else replace_token)(conn, source, now_us())
        done = "token.revoke" if revoke else "token.issue" if keep else "token.replace"
        audit.record(conn, now_us(), BY, done, f"source:{source}")
    typer.echo(issued or _("The tokens of {source} are revoked.", source=source))


def _write_tokens(path: Path, issued: dict[str, str]) -> None:
    """Readable by the owner only, from the first byte on. Inside the transaction: no file, no tokens."""
    from keng.cli.casework import fail

    lines = "".join(f"{source}\t{token}\n" for source, token in issued.items())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(lines)
    except OSError as problem:
        fail(_("cannot write {file}: {reason}", file=path, reason=system_error(problem)))
