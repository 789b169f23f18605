"""What `keng hunt` writes: a table for people, JSON lines and CSV for programs. Nothing of a log steers the terminal."""

import csv
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, TextIO

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from keng.i18n import _
from keng.runtime.hunting import HuntRequest
from keng.scan.shown import shown
from keng.web.csv_export import safe_cell

USUAL = ("time", "agency", "host", "code", "user", "what")
TELLING = ("command_line", "process", "domain", "url", "file_path", "dst_ip", "src_ip")
MAX_CELL = 200


def show(
    items: Iterator[dict[str, Any]],
    request: HuntRequest,
    form: str,
    columns: tuple[str, ...],
    out: TextIO | None = None,
) -> None:
    """Write the items as they come. form: "table", "json" or "csv"; columns: of events, empty for the usual ones."""
    out = out or sys.stdout
    if form == "json":
        for item in items:
            if "columns" not in item:
                out.write(msgspec.json.encode(_object(item, columns)).decode() + "\n")
        return
    if request.kind in ("count", "fields") and form == "table":
        for item in items:
            out.write(f"{shown(str(next(iter(item.values()))), MAX_CELL)}\n")
        return
    names, rows = _rows(items, request, columns)
    if form == "csv":
        csv.writer(out, quoting=csv.QUOTE_ALL).writerows(
            [safe_cell(cell) for cell in row] for row in chain([names], rows)
        )
        return
    _table(names, rows, out)


def _rows(
    items: Iterator[dict[str, Any]], request: HuntRequest, columns: tuple[str, ...]
) -> tuple[tuple[str, ...], Iterable[tuple[object, ...]]]:
    if request.kind == "sql":
        names = tuple(map(str, next(items, {"columns": ()})["columns"]))
        return names, (tuple("" if cell is None else cell for cell in item["row"]) for item in items)
    if request.kind == "events":
        names = columns or USUAL
        return names, (tuple(_cell(item["event"], name) for name in names) for item in items)
    names = ("value", "count") if request.kind == "top" else (request.kind.removesuffix("s"),)
    return names, (tuple(item.values()) for item in items)


def _cell(event: dict[str, Any], name: str) -> object:
    if name == "what":
        said = next((str(event[part]) for part in TELLING if event.get(part)), "")
        return said or event.get("raw", "")
    found = event.get(name)
    if found is None:
        lower = name.lower()
        found = next(
            (value for field, value in event.get("fields", {}).items() if field.lower() == lower), ""
        )
    return ", ".join(map(str, found)) if isinstance(found, list) else found


def _object(item: dict[str, Any], columns: tuple[str, ...]) -> Any:
    if "event" not in item:
        return item.get("row", item)
    return {name: _cell(item["event"], name) for name in columns} if columns else item["event"]


def _table(names: tuple[str, ...], rows: Iterable[tuple[object, ...]], out: TextIO) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(shown(name, 40), overflow="fold")
    number = 0
    for row in rows:
        table.add_row(*[Text(shown(str(cell), MAX_CELL)) for cell in row])
        number += 1
    console = Console(file=out, highlight=False)
    if number:
        console.print(table)
    else:
        console.print(Text(_("Nothing found")))
