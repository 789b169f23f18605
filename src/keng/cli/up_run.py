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
        "  "
        + _(
            "Elastic bulk {url}  (Winlogbeat, Filebeat, Fluent Bit, Vector, rsyslog)", url=running.ingest_url
        ),
    ]
    if running.syslog:
        lines.append("  " + _("Syslog       {address}  (TCP and UDP)", address=running.syslog))
    lines.append("  " + _("Data folder  {path}", path=running.centre.settings.data_dir))
    lines += ["", *_next_steps(running)]
    print("\n".join(lines), flush=True)


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
