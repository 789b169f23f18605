"""The summary as a person reads it in the terminal."""

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from keng.i18n import _
from keng.model.severity import Severity
from keng.scan.shown import shown
from keng.scan.summary import Summary
from keng.scan.terminal_timeline import draw
from keng.scan.timeline import iso
from keng.scan.words import decimal, in_order, severity_word, tactic_word

STYLES = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFORMATIONAL: "dim",
}
_MOST_RULES = 40
_MOST_HOSTS = 15
_WIDE = 80


def show(summary: Summary, console: Console) -> None:
    """Print the whole summary."""
    console.print(_overview(summary))
    if not summary.detections:
        return
    console.print(draw(summary.timeline, console.width, STYLES))
    console.print(_severities(summary))
    console.print(_rules(summary, console.width))
    console.print(
        _counts(
            _("Host"),
            [(shown(host, 60) or "–", count) for host, count in summary.hosts.most_common(_MOST_HOSTS)],
            len(summary.hosts),
        )
    )
    tactics = [(tactic_word(tactic), count) for tactic, count in in_order(summary.tactics)]
    if tactics:
        console.print(_counts(_("ATT&CK tactic"), tactics, len(tactics)))


def _overview(summary: Summary) -> RenderableType:
    rate = int(summary.events / summary.seconds) if summary.seconds else 0
    line = _(
        "{files} files, {events} events in {seconds} s ({rate} events/s), {detections} detections of {rules} rules",
        files=number(summary.files),
        events=number(summary.events),
        seconds=decimal(summary.seconds),
        rate=number(rate),
        detections=number(summary.detections),
        rules=number(len(summary.rules)),
    )
    parts: list[Text] = [Text(line, style="bold")]
    if summary.formats:
        formats = ", ".join(f"{name} {number(count)}" for name, count in summary.formats.most_common(8))
        parts.append(Text(_("Formats: {formats}", formats=formats), style="dim"))
    if summary.problems:
        text = _(
            "Problems: {count} (see the messages above); the rest was read", count=number(summary.problems)
        )
        parts.append(Text(text, style="yellow"))
    if not summary.detections:
        parts.append(Text(_("No rule matched."), style="green"))
    return Group(*parts)


def number(value: int) -> str:
    """With thin groups of three: 12 345."""
    return f"{value:,}".replace(",", "\u202f")


def _severities(summary: Summary) -> RenderableType:
    table = Table(title=_("By severity"), title_justify="left", box=None, show_header=False, padding=(0, 2))
    peak = max(summary.severities.values())
    for severity in sorted(Severity, reverse=True):
        count = summary.severities.get(severity, 0)
        bar = "█" * (-(-count * 30 // peak) if count else 0)
        table.add_row(
            Text(severity_word(severity), style=STYLES[severity]), number(count), Text(bar, style="dim")
        )
    return table


def _rules(summary: Summary, width: int) -> RenderableType:
    table = Table(
        title=_("By rule"), title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False
    )
    # What is short stands first and keeps its width: the title has the rest of the line, however narrow.
    table.add_column("", no_wrap=True)
    table.add_column(_("Detections"), justify="right", no_wrap=True)
    table.add_column(_("Hosts"), justify="right", no_wrap=True)
    if width >= _WIDE:
        table.add_column(_("First (UTC)"), no_wrap=True)
    table.add_column(_("Rule"), overflow="fold", ratio=1)
    rules = summary.top_rules()
    for _id, entry in rules[:_MOST_RULES]:
        first = [iso(entry.first_us)[:16].replace("T", " ")] if width >= _WIDE else []
        table.add_row(
            Text(severity_word(entry.severity), style=STYLES[entry.severity]),
            number(entry.count),
            ("≥ " if len(entry.hosts) >= 100 else "") + str(len(entry.hosts)),
            *first,
            Text(shown(entry.title, 120)),
        )
    if len(rules) > _MOST_RULES:
        table.caption = _(
            "and {count} more rules: see --json, --csv or --html", count=number(len(rules) - _MOST_RULES)
        )
    return table


def _counts(title: str, rows: list[tuple[str, int]], total: int) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column(title, overflow="fold")
    table.add_column(_("Detections"), justify="right")
    for name, count in rows:
        table.add_row(Text(name), number(count))
    if total > len(rows):
        table.caption = _("and {count} more", count=number(total - len(rows)))
    return table
