"""The first lines of the demo: what this is, where it is, how to sign in."""

from rich.text import Text

from keng.demo.cast import ADMIN, ANALYST, HEAD, Cast
from keng.demo.province import DemoData
from keng.demo.screen import Screen
from keng.i18n import _, language
from keng.runtime.serving import Running


def introduce(screen: Screen, data: DemoData, cast: Cast, running: Running) -> None:
    """Print them."""
    centre = running.centre
    title = Text("KẺNG  ", style="bold yellow")
    title.append(_("demo: an invented province, nothing here is real"), style="bold")
    screen.plain()
    screen.plain(title)
    screen.plain(
        "  "
        + _(
            "{centre}: {agencies} agencies, {systems} information systems, {sources} log sources, {rules} rules",
            centre=data.centre.name(language()),
            agencies=len(data.register.agencies),
            systems=len(data.register.systems),
            sources=len(data.register.sources),
            rules=centre.stats.rules,
        )
    )
    screen.plain()
    rows = [
        (_("Console"), running.console_url, "bold cyan"),
        (_("Accounts"), f"{ANALYST}, {HEAD}, {ADMIN}", "bold"),
        (_("Agencies"), ", ".join(cast.officers), ""),
        (
            _("Password"),
            _("{password}   (for all of them, until the demo ends)", password=cast.password),
            "bold",
        ),
        (_("Receives"), f"{running.ingest_url} (Elastic bulk), {running.syslog} (syslog TCP, UDP)", "dim"),
        (_("Data"), str(centre.settings.data_dir), "dim"),
    ]
    width = max(len(name) for name, _value, _style in rows) + 2
    for name, value, style in rows:
        line = Text(f"  {name:<{width}}")
        line.append(value, style=style)
        screen.plain(line)
    screen.plain()
    screen.plain("  " + _("Ctrl-C ends it. The campaign begins in a few seconds."))
    screen.plain()
