"""How `keng rules` tells of problems: lines for people, objects for machines."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from keng.i18n import _

if TYPE_CHECKING:
    from keng.detect.sigma.errors import RuleProblem

Data = Annotated[Path | None, typer.Option("--data", help=_("Folder of the centre's data."), metavar="DIR")]
AsJson = Annotated[bool, typer.Option("--json", help=_("Write JSON on standard output."))]


def data_dir(data: Path | None) -> Path:
    """The folder that was named, or the centre's."""
    from keng.runtime.settings import default_data_dir

    return data or default_data_dir()


def tell(heading: str, problems: "Sequence[RuleProblem]") -> None:
    """A heading with the problems under it; nothing if there are none."""
    if problems:
        typer.echo(heading)
        for problem in problems:
            typer.echo(f"  {line(problem)}")


def line(problem: "RuleProblem") -> str:
    """Place, rule and reason, safe for a terminal."""
    column = f":{problem.column}" if problem.line and problem.column else ""
    place = f"{problem.path}:{problem.line}{column}" if problem.line else problem.path
    rule = f" [{problem.rule_id}]" if problem.rule_id else ""
    return shown(f"{place}{rule}: {problem.text()}")


def as_json(problem: "RuleProblem", kind: str = "") -> dict[str, Any]:
    """The same for machines; kind: error, warning or dead, by default after `fatal`."""
    return {
        "kind": kind or ("error" if problem.fatal else "warning"),
        "path": problem.path, "line": problem.line, "column": problem.column, "rule_id": problem.rule_id, "reason": problem.reason,
        "fatal": problem.fatal,
    }  # fmt: skip


def progress(done: int, total: int) -> None:
    """How many files are read, where somebody looks on."""
    import sys

    if sys.stderr.isatty() and (done % 100 == 0 or done == total):
        end = "\n" if done == total else "\r"
        typer.echo(_("{done} of {total} files read", done=done, total=total) + end, err=True, nl=False)


def shown(text: str) -> str:
    """Without control characters, cut to 1,000 characters."""
    from keng.scan.shown import shown as safe

    return safe(text, 1000)


def print_json(value: dict[str, Any]) -> None:
    """One object a line."""
    import orjson

    typer.echo(orjson.dumps(value).decode())


def fail(text: str) -> NoReturn:
    """Say what went wrong and end with 1."""
    typer.echo(_("Error: {problem}", problem=shown(text)), err=True)
    raise typer.Exit(1)
