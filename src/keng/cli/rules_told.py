"""How `keng rules` tells of problems: lines for people, objects for machines."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer._click.globals import get_current_context

from keng.cli.lines import put
from keng.i18n import _, using
from keng.i18n.system_error import system_error

if TYPE_CHECKING:
    from keng.detect.sigma.errors import RuleProblem

Data = Annotated[Path | None, typer.Option("--data", help=_("Folder of the centre's data."), metavar="DIR")]


def in_english(context: typer.Context, wanted: bool) -> bool:
    """What machines read is English, reasons of failures too: for the command that was asked for JSON."""
    if wanted:
        context.with_resource(using("en"))
    return wanted


AsJson = Annotated[
    bool, typer.Option("--json", help=_("Write JSON on standard output."), callback=in_english)
]


def data_dir(data: Path | None) -> Path:
    """The folder that was named, or the centre's."""
    from keng.runtime.settings import default_data_dir

    return data or default_data_dir()


def tell(heading: str, problems: "Sequence[RuleProblem]") -> None:
    """A heading with the problems under it; nothing if there are none."""
    if problems:
        put(heading)
        for problem in problems:
            put(line(problem), 2, 4)


def line(problem: "RuleProblem") -> str:
    """Place, rule and reason, safe for a terminal."""
    return shown(f"{place(problem)}: {problem.text()}")


def place(problem: "RuleProblem") -> str:
    """file:line:column [rule]; the file as one names it from the current folder."""
    column = f":{problem.column}" if problem.line and problem.column else ""
    path = problem.path.removeprefix(f"{Path.cwd()}/")
    rule = f" [{problem.rule_id}]" if problem.rule_id else ""
    return shown((f"{path}:{problem.line}{column}" if problem.line else path) + rule)


def told_counts(rules: int, correlations: int, filters: int) -> str:
    """How many were loaded, in words that fit one as well as many."""
    return _(
        "Loaded: {rules} rules, {correlations} correlations, {filters} filters.",
        rules=f"{rules:,}", correlations=f"{correlations:,}", filters=f"{filters:,}",
    )  # fmt: skip


def cause(error: Exception) -> str:
    """What an error says to a person: of files and folders where, and what helps."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {system_error(error)}"
    return system_error(error)


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
    """Say what went wrong and end with 1; a command that was asked for JSON also says it as an object."""
    context = get_current_context(silent=True)
    if context is not None and any(context.params.get(name) for name in ("as_json", "as_json_lines", "json")):
        print_json({"error": text})
    put(_("Error: {problem}", problem=shown(text)), err=True)
    raise typer.Exit(1)
