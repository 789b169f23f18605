"""What the demo says on the terminal: lines as things happen, and below them one line of figures.

On a terminal the figures stand still at the bottom; elsewhere (a file, a pipe) they come as a line every 10 s.
`NO_COLOR` is kept. Whatever comes from logs is shown with its control characters made visible.
"""

import time
import unicodedata

from rich.console import Console
from rich.live import Live
from rich.text import Text

from keng.i18n import _, language
from keng.model.severity import Severity

FIGURES_EVERY_S = 10.0
LEVEL_STYLE = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFORMATIONAL: "dim",
}


def level_name(severity: Severity) -> str:
    """The word for a severity, in the person's language."""
    return {
        Severity.CRITICAL: _("CRITICAL"),
        Severity.HIGH: _("HIGH"),
        Severity.MEDIUM: _("MEDIUM"),
        Severity.LOW: _("LOW"),
        Severity.INFORMATIONAL: _("INFO"),
    }[severity]


def number(value: float) -> str:
    """A whole number with the thousands mark of the language."""
    text = f"{value:,.0f}"
    return text if language() == "en" else text.replace(",", ".")


def decimal(value: float) -> str:
    """A number with one decimal, in the way of the language."""
    text = f"{value:.1f}"
    return text if language() == "en" else text.replace(".", ",")


def visible(text: str, limit: int = 160) -> str:
    """One line without control and direction characters, cut to `limit`."""
    clean = "".join(c if unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp") else "�" for c in text)
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


class Screen:
    """Use as `with`. say() prints a line with the time since the start; figures() changes the line below."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()
        self._live = (
            Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        )
        self._figures_at = 0.0

    def __enter__(self) -> "Screen":
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._live is not None:
            self._live.stop()

    def plain(self, text: Text | str = "") -> None:
        """A line without the time, whole even where the terminal is narrow."""
        self._console.print(Text(text) if isinstance(text, str) else text, highlight=False, soft_wrap=True)

    def _news(self, line: Text) -> None:
        """One line of news: on a terminal it is cut to the width, elsewhere it is whole."""
        if self._console.is_terminal:
            self._console.print(line, highlight=False, no_wrap=True, overflow="ellipsis", crop=True)
        else:
            self.plain(line)

    def say(self, sign: str, style: str, what: str, rest: str = "") -> None:
        """Something happened: a sign, what, and the rest in a quieter tone."""
        line = Text()
        line.append(f"{self._clock()}  ", style="dim")
        line.append(f"{sign} ", style=style)
        line.append(visible(what, 300), style=style)
        if rest:
            line.append(f"  {visible(rest, 300)}", style="dim")
        self._news(line)

    def alert(self, severity: Severity, title: str, host: str, agency: str) -> None:
        """A new alert."""
        line = Text()
        line.append(f"{self._clock()}  ", style="dim")
        line.append(f"▲ {level_name(severity):<12}", style=LEVEL_STYLE[severity])
        line.append(f" {visible(title)}")
        where = " · ".join(part for part in (visible(host, 60), visible(agency, 60)) if part)
        line.append(f"  {where}", style="dim")
        self._news(line)

    def figures(self, text: str) -> None:
        """The line of figures."""
        line = Text(f"{self._clock()}  {text}", style="bold cyan", no_wrap=True, overflow="ellipsis")
        if self._live is not None:
            self._live.update(line, refresh=True)
        elif time.monotonic() - self._figures_at >= FIGURES_EVERY_S:
            self._figures_at = time.monotonic()
            self.plain(line)

    def _clock(self) -> str:
        minutes, seconds = divmod(int(time.monotonic() - self._started), 60)
        return f"{minutes:02d}:{seconds:02d}"
