"""The time line in the terminal: bars of detections over time with a scale on both sides.

23 │      ▄█
   │ ▂    ██  ▁
 0 └────────────
    2026-05-01 01:00 – 2026-05-01 05:00
"""

from rich.text import Text

from keng.i18n import _
from keng.model.severity import Severity
from keng.scan.timeline import Timeline, iso
from keng.scan.words import decimal

_BARS = " ▁▂▃▄▅▆▇█"
_ROWS = 4
_MOST_COLUMNS = 100


def draw(timeline: Timeline, width: int, styles: dict[Severity, str]) -> Text:
    """Rows of text, at most `width` wide; each column in the colour of its most severe detection."""
    peak_room = 12
    columns = timeline.columns(max(min(width - peak_room, _MOST_COLUMNS), 8))
    totals = [sum(counts) for _start, counts in columns]
    peak = max(totals, default=0)
    text = Text(_("Time line (UTC)"), style="bold")
    if len(columns) > 1:
        step = _duration((columns[1][0] - columns[0][0]) // 1_000_000)
        text.append(" · " + _("one column is {span}", span=step), style="not bold")
    margin = len(str(peak)) + 1
    for row in reversed(range(_ROWS)):
        text.append(f"\n{peak if row == _ROWS - 1 else '':>{margin}} │", style="not bold")
        for total, (_start, counts) in zip(totals, columns, strict=True):
            height = -(-total * _ROWS * 8 // peak) if total else 0
            worst = Severity(max((index for index, count in enumerate(counts) if count), default=0))
            # A reversed style would fill the whole cell.
            style = styles[worst].replace("bold white on red", "bold magenta")
            text.append(_BARS[min(max(height - row * 8, 0), 8)], style=f"not bold {style}")
    text.append(f"\n{0:>{margin}} └{'─' * len(columns)}", style="not bold")
    first, last = (iso(at)[:16].replace("T", " ") for at in (timeline.first_us, timeline.last_us))
    text.append(f"\n{'':>{margin}}  {first} – {last}", style="not bold")
    return text


def _duration(seconds: int) -> str:
    for size, word in ((86_400, _("{count} d")), (3_600, _("{count} h")), (60, _("{count} min"))):
        if seconds >= size:
            return word.format(count=decimal(seconds / size).removesuffix(".0").removesuffix(",0"))
    return _("{count} s", count=seconds)
