"""`keng up`: starts the centre and its console in one process."""

from pathlib import Path
from typing import Annotated

import typer

from keng.i18n import _


def command(
    demo: Annotated[
        bool, typer.Option("--demo", help=_("Play the demo province into a fresh data folder."))
    ] = False,
    data: Annotated[Path | None, typer.Option(help=_("Folder for everything the centre keeps."))] = None,
    config: Annotated[
        Path | None, typer.Option(help=_("Settings file (default: keng.toml in the data folder)."))
    ] = None,
    host: Annotated[str | None, typer.Option(help=_("Address of the console (default 127.0.0.1)."))] = None,
    port: Annotated[int | None, typer.Option(help=_("Port of the console (default 8080)."))] = None,
    ingest_host: Annotated[
        str | None, typer.Option(help=_("Address of the bulk receiver (default 127.0.0.1)."))
    ] = None,
    ingest_port: Annotated[
        int | None, typer.Option(help=_("Port of the bulk receiver (default 9200)."))
    ] = None,
    syslog_host: Annotated[
        str | None, typer.Option(help=_("Address of the syslog receivers (default 127.0.0.1)."))
    ] = None,
    syslog_port: Annotated[
        int | None, typer.Option(help=_("Port of syslog, TCP and UDP (default 5514; -1: none)."))
    ] = None,
    syslog_tls_port: Annotated[
        int | None, typer.Option(help=_("Port of syslog over TLS with client certificates (usually 6514)."))
    ] = None,
    syslog_tls_authority: Annotated[
        Path | None, typer.Option(help=_("PEM file of the authority that issued the senders' certificates."))
    ] = None,
    lines_port: Annotated[
        int | None, typer.Option(help=_("Port for records as lines over TCP (usually 5515)."))
    ] = None,
    netflow_port: Annotated[
        int | None, typer.Option(help=_("Port of NetFlow and IPFIX, UDP (usually 2055)."))
    ] = None,
    rules: Annotated[list[Path] | None, typer.Option(help=_("Further rules: folder, file or zip."))] = None,
    tls_certificate: Annotated[
        Path | None, typer.Option(help=_("PEM file; with --tls-key, HTTPS only."))
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(help=_("PEM file of the certificate's key."))] = None,
    rate: Annotated[
        float | None,
        typer.Option(min=1, help=_("With --demo: records a second in the busy hour (default 500).")),
    ] = None,
    duration: Annotated[
        float | None, typer.Option(min=1, help=_("With --demo: end by itself after so many seconds."))
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=_("With --demo: print a summary as JSON at the end."))
    ] = False,
) -> None:
    """Start the centre: receive logs, detect, store, and serve the console until Ctrl-C."""
    from keng.runtime.settings import SettingsError, load_settings

    flags = {
        "data_dir": data,
        "host": host,
        "port": port,
        "ingest_host": ingest_host,
        "ingest_port": ingest_port,
        "syslog_host": syslog_host,
        "syslog_port": syslog_port,
        "syslog_tls_port": syslog_tls_port,
        "syslog_tls_authority": syslog_tls_authority,
        "lines_port": lines_port,
        "netflow_port": netflow_port,
        "rules": rules or None,
        "tls_certificate": tls_certificate,
        "tls_key": tls_key,
    }
    try:
        settings = load_settings(flags, file=config)
    except SettingsError as error:
        typer.echo(_("Error: {reason}", reason=error), err=True)
        raise typer.Exit(2) from error
    if demo:
        from keng.demo.run import RATE, DemoOptions, run_demo

        raise typer.Exit(run_demo(settings, DemoOptions(rate or RATE, duration or 0.0, summary=as_json)))
    from keng.cli.up_run import run

    raise typer.Exit(run(settings))
