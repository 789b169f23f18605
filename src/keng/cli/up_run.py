"""What `keng up` does once its settings are read; apart, so that `keng --help` need not import it."""

import sys

import uvloop

from keng.i18n import _
from keng.model.user import Role
from keng.runtime.logs import configure
from keng.runtime.serving import Running, serve
from keng.runtime.settings import Settings
from keng.state.register import sources
from keng.state.users import active_with
from keng.web.app import create_app


def run(settings: Settings) -> int:
    """Serve until stopped; the exit status."""
    # At a terminal a person reads along: only what went wrong is logged there.
    quiet = sys.stderr.isatty() and settings.log_level == "info"
    configure("warning" if quiet else settings.log_level)
    return uvloop.run(serve(settings, create_app, tell))


async def tell(running: Running) -> None:
    """Print where things are and what to do next."""
    lines = [
        _("Kẻng is listening. Stop it with Ctrl-C."),
        "  " + _("Console      {url}", url=running.console_url),
        "  " + _("Logs by HTTP {url}  (Elastic bulk, Splunk HEC, OTLP)", url=running.ingest_url),
    ]
    if running.syslog:
        lines.append("  " + _("Syslog       {address}  (TCP and UDP)", address=running.syslog))
    lines += ["  " + line for line in _further(running)]
    lines.append("  " + _("Data folder  {path}", path=running.centre.settings.data_dir))
    lines += ["", *_next_steps(running)]
    print("\n".join(lines), flush=True)


def _further(running: Running) -> list[str]:
    listeners, host = running.centre.listeners, running.centre.settings.syslog_host
    found = []
    if listeners.syslog_tls_port >= 0:
        found.append(
            _("Syslog TLS   {address}  (client certificates)", address=f"{host}:{listeners.syslog_tls_port}")
        )
    if listeners.lines_port >= 0:
        found.append(_("Lines        {address}  (TCP)", address=f"{host}:{listeners.lines_port}"))
    found += [
        _("Lines        {address}  (socket)", address=path) for path in running.centre.settings.lines_sockets
    ]
    if listeners.netflow_port >= 0:
        found.append(_("NetFlow      {address}  (UDP)", address=f"{host}:{listeners.netflow_port}"))
    return found


def _next_steps(running: Running) -> list[str]:
    with running.centre.state.read() as conn:
        administrators = active_with(conn, (Role.ADMIN,))
        known = sources(conn)
    steps = []
    if not administrators:
        steps.append(_("Nobody can sign in yet. In another terminal: keng admin create NAME"))
    if not known:
        steps.append(_("No log source is registered yet. In another terminal: keng register load FILE"))
    if not steps:
        steps.append(_("Sign in at {url}", url=running.console_url))
    return steps
