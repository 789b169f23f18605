"""CSV that a spreadsheet cannot be made to run: a cell that could start a formula gets an apostrophe in front."""

import csv
import io
from collections.abc import Iterable, Sequence

from keng.web.visible import plain

_FORMULA = tuple("=+-@\t\r|%＝＋－＠")


def safe_cell(value: object) -> str:
    """The value on one line, odd characters by name, and no formula. Whole numbers stay numbers."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    text = plain(value)
    return "'" + text if text.lstrip().startswith(_FORMULA) or text.startswith(("\t", "\r")) else text


def to_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read Vietnamese; CRLF, every cell quoted."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(header)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
