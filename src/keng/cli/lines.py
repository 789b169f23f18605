"""Lines that fit the terminal: wrapped between words, what follows further in. Piped output keeps each line whole."""

import os
import shutil
import sys
import textwrap

import typer


def width() -> int:
    """Columns of the terminal (or of `COLUMNS`); 0 where no terminal looks on."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit():
        return max(shutil.get_terminal_size().columns, 20)
    return 0


def put(text: str, indent: int = 0, hang: int = 2, err: bool = False) -> None:
    """Write one line that begins `indent` columns in; what does not fit goes on `hang` further in. Words stay whole."""
    typer.echo(fitted(text, width(), indent, hang), err=err)


def fitted(text: str, columns: int, indent: int = 0, hang: int = 2) -> str:
    """The text at most `columns` wide where its words allow it; 0: as one line."""
    lead = " " * indent
    if not columns or len(text) + indent <= columns:
        return lead + text
    return textwrap.fill(
        text,
        columns,
        initial_indent=lead,
        subsequent_indent=lead + " " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
