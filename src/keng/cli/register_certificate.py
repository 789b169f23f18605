"""`keng register certificate`: the TLS client certificates with which log sources sign in."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from keng.i18n import _
from keng.i18n.system_error import system_error

app = typer.Typer(no_args_is_help=True, help=_("TLS client certificates with which log sources sign in."))

Source = Annotated[str, typer.Argument(help=_("Id of the log source."))]
Data = Annotated[Path | None, typer.Option("--data", help=_("Folder of the centre's data."), metavar="DIR")]


@app.command(
    "add", help=_("Let a certificate in, itself or by a name that the centre's authority certified.")
)
def add(
    source: Source,
    file: Annotated[Path | None, typer.Argument(help=_("The certificate (PEM)."))] = None,
    name: Annotated[
        str, typer.Option("--name", help=_("DNS name in certificates of syslog_tls_authority."))
    ] = "",
    data: Data = None,
) -> None:
    """Let a certificate in, itself or by a name that the centre's authority certified."""
    from keng.cli.casework import BY, fail, now_us, opened
    from keng.model.rejected import Rejected
    from keng.state import audit, register
    from keng.state.certificates import add_certificate, add_name

    if (file is None) == (not name):
        fail(_("give either a file or --name"))
    try:
        pem = file.read_text("utf-8", "replace") if file is not None else ""
    except OSError as problem:
        fail(_("cannot read {file}: {reason}", file=file, reason=system_error(problem)))
    with opened(data) as state, state.write() as conn:
        if register.source(conn, source) is None:
            fail(_("the register has no log source “{source}”", source=source[:64]))
        added = (
            add_name(conn, source, name, now_us()) if name else add_certificate(conn, source, pem, now_us())
        )
        if isinstance(added, Rejected):
            fail(added.reason)
        audit.record(conn, now_us(), BY, "certificate.add", f"source:{source} {added.identity}")
    typer.echo(f"{source}\t{added.identity}\t{added.subject}")


@app.command("withdraw", help=_("Withdraw a source's certificates, or one; open connections end at once."))
def withdraw(
    source: Source,
    identity: Annotated[
        str, typer.Argument(help=_("Only the one whose fingerprint or name begins so (see list)."))
    ] = "",
    data: Data = None,
) -> None:
    """Withdraw a source's certificates, or one; open connections end at once."""
    from keng.cli.casework import BY, fail, now_us, opened
    from keng.state import audit
    from keng.state.certificates import withdraw_certificates

    with opened(data) as state, state.write() as conn:
        count = withdraw_certificates(conn, source, now_us(), identity.lower())
        if not count:
            fail(_("{source} has no such certificate that works", source=source[:64]))
        audit.record(conn, now_us(), BY, "certificate.withdraw", f"source:{source} {identity}".strip())
    typer.echo(_("{count} certificates of {source} are withdrawn.", count=count, source=source))


@app.command("list", help=_("Show certificates, of one source or of all."))
def show(
    source: Annotated[str | None, typer.Argument(help=_("Id of the log source."))] = None, data: Data = None
) -> None:
    """Show certificates, of one source or of all."""
    from keng.cli.casework import opened
    from keng.state.certificates import certificates

    with opened(data) as state, state.read() as conn:
        found = certificates(conn, source)
        if not found:
            typer.echo(_("There are no certificates."))
        for one in found:
            day = datetime.fromtimestamp((one.withdrawn_us or one.created_us) / 1e6, UTC).date()
            status = _("withdrawn on {day}", day=day) if one.withdrawn_us else _("works since {day}", day=day)
            typer.echo(f"{one.source}\t{one.identity}\t{one.subject}\t{status}")
