"""`keng send`: the forwarder for machines that have none."""

from pathlib import Path
from typing import Annotated

import typer

from keng.i18n import _


def command(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help=_("Files, folders and patterns to follow; - for standard input.")),
    ] = None,
    to: Annotated[
        str | None, typer.Option(help=_("The centre's bulk receiver, such as https://HOST:9200."))
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            help=_("The log source's token. Others on this machine can see it here: better KENG_SEND_TOKEN.")
        ),
    ] = None,
    drop: Annotated[
        list[str] | None,
        typer.Option(help=_("Folder whose files are read once, as a whole: EVTX, archives, anything.")),
    ] = None,
    leave: Annotated[
        bool | None,
        typer.Option("--leave", help=_("Leave files of --drop where they are (else: into done/).")),
    ] = None,
    config: Annotated[Path | None, typer.Option(help=_("Settings file (TOML) for several sources."))] = None,
    state: Annotated[Path | None, typer.Option(help=_("Folder of the memory and the spool."))] = None,
    once: Annotated[
        bool, typer.Option("--once", help=_("End when everything that is there now was sent."))
    ] = False,
    give_up: Annotated[
        float | None,
        typer.Option(min=0, help=_("With --once: end when the centre was away so many seconds.")),
    ] = None,
    from_end: Annotated[
        bool | None,
        typer.Option("--from-end", help=_("At the first start, send only what is written from now on.")),
    ] = None,
    spool_max: Annotated[
        int | None, typer.Option(min=1, help=_("MiB that the spool may hold (default 1024)."))
    ] = None,
    ca: Annotated[
        Path | None, typer.Option(help=_("PEM file of who signed the centre's certificate."))
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(help=_("PEM file of this machine's own certificate."))
    ] = None,
    key: Annotated[Path | None, typer.Option(help=_("PEM file of the certificate's key."))] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=_("Write the status as lines of JSON to standard output."))
    ] = False,
) -> None:
    """Follow files on this machine and send them to a centre."""
    from keng.send.run import send
    from keng.send.settings import SendSettingsError, load_send_settings

    flags = {
        "paths": paths or None,
        "to": to,
        "token": token,
        "drop": drop or None,
        "leave": leave,
        "state": str(state) if state else None,
        "give_up_s": give_up,
        "from_end": from_end,
        "spool_max_bytes": spool_max << 20 if spool_max else None,
        "ca": str(ca) if ca else None,
        "certificate": str(certificate) if certificate else None,
        "key": str(key) if key else None,
    }
    try:
        settings = load_send_settings(flags, file=config)
    except SendSettingsError as error:
        typer.echo(_("Error: {reason}", reason=error), err=True)
        raise typer.Exit(2) from error
    raise typer.Exit(send(settings, once, as_json))
