"""`keng rules`: install rule sets, list them, check rules before they are used."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from keng.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keng.detect.sigma.errors import RuleProblem

app = typer.Typer(no_args_is_help=True, help=_("Rule sets: install, list, check."))

Data = Annotated[Path | None, typer.Option("--data", help=_("Folder of the centre's data."), metavar="DIR")]
AsJson = Annotated[bool, typer.Option("--json", help=_("Write JSON on standard output."))]


@app.command("add", help=_("Install a rule set from a folder, a zip archive or an https address."))
def add(
    source: Annotated[str, typer.Argument(help=_("Folder, .zip file, .yml file or https address."))],
    name: Annotated[str, typer.Option("--name", help=_("Name of the set; default: from the source."))] = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Install a rule set. A set of the same name is replaced in one step; on an error nothing changes."""
    from keng.detect.sigma.installed import InstallError, install

    try:
        report = install(source, _data_dir(data), name, None if as_json else _progress)
    except InstallError as error:
        if as_json:
            _print_json({"installed": False, "reason": str(error)})
            raise typer.Exit(1) from error
        _fail(_(error.template, **error.values))
    counts = {"rules": report.rules, "correlations": report.correlations, "filters": report.filters}
    if as_json:
        problems = [_as_json(problem) for problem in report.problems]
        _print_json(
            {"installed": True, "name": report.name, "path": report.path, **counts, "problems": problems}
        )
        return
    typer.echo(_("Installed as “{name}” in {path}.", name=report.name, path=_shown(report.path)))
    _tell(counts, report.problems)


@app.command("list", help=_("List the rule sets in use: our own and the installed ones."))
def list_sets(data: Data = None, as_json: AsJson = False) -> None:
    """One line a set: name, rules, correlations, filters, problems, folder."""
    from keng.detect.sigma import load_rules
    from keng.detect.sigma.installed import rule_paths
    from keng.resources import rules_dir

    folder = _data_dir(data)
    sets = [("keng", rules_dir()), *((path.name, path) for path in rule_paths(folder))]
    rows: list[dict[str, Any]] = []
    for name, path in sets:
        loaded = load_rules([path], folder / "cache")
        rows.append({
            "name": name,
            "rules": len(loaded.rules),
            "correlations": len(loaded.correlations),
            "filters": len(loaded.filters),
            "not_loaded": sum(problem.fatal for problem in loaded.errors),
            "path": str(path),
        })  # fmt: skip
    if as_json:
        for row in rows:
            _print_json(row)
        return
    for row in rows:
        typer.echo(_shown(_(
            "{name}: {rules} rules, {correlations} correlations, {filters} filters, {not_loaded} not loaded ({path})",
            **row,
        )))  # fmt: skip


@app.command(
    "check", help=_("Read rules and say which would not load, and why. Ends with 1 if there are any.")
)
def check(
    paths: Annotated[list[Path], typer.Argument(help=_("Folders, .yml files or .zip archives."))],
    as_json: AsJson = False,
) -> None:
    """Read rules without installing them. Problems come with file, line and reason."""
    from keng.detect.sigma import load_rules

    loaded = load_rules(paths, None, None if as_json else _progress)
    counts = {
        "rules": len(loaded.rules), "correlations": len(loaded.correlations), "filters": len(loaded.filters),
    }  # fmt: skip
    if as_json:
        for problem in loaded.errors:
            _print_json(_as_json(problem))
        _print_json(counts)
    else:
        _tell(counts, loaded.errors)
    if any(problem.fatal for problem in loaded.errors):
        raise typer.Exit(1)


def _data_dir(data: Path | None) -> Path:
    from keng.runtime.settings import default_data_dir

    return data or default_data_dir()


def _tell(counts: dict[str, int], problems: "Sequence[RuleProblem]") -> None:
    fatal = [problem for problem in problems if problem.fatal]
    typer.echo(_("{rules} rules, {correlations} correlations and {filters} filters loaded.", **counts))
    if fatal:
        typer.echo(_("{count} could not be loaded:", count=len(fatal)))
        for problem in fatal:
            typer.echo(f"  {_line(problem)}")
    if warnings := [problem for problem in problems if not problem.fatal]:
        typer.echo(_("{count} warnings:", count=len(warnings)))
        for problem in warnings:
            typer.echo(f"  {_line(problem)}")


def _line(problem: "RuleProblem") -> str:
    place = f"{problem.path}:{problem.line}" if problem.line else problem.path
    rule = f" [{problem.rule_id}]" if problem.rule_id else ""
    return _shown(f"{place}{rule}: {problem.text()}")


def _as_json(problem: "RuleProblem") -> dict[str, Any]:
    return {
        "path": problem.path, "line": problem.line, "rule_id": problem.rule_id, "reason": problem.reason,
        "fatal": problem.fatal,
    }  # fmt: skip


def _progress(done: int, total: int) -> None:
    import sys

    if sys.stderr.isatty() and (done % 100 == 0 or done == total):
        end = "\n" if done == total else "\r"
        typer.echo(_("{done} of {total} files read", done=done, total=total) + end, err=True, nl=False)


def _shown(text: str) -> str:
    from keng.scan.shown import shown

    return shown(text, 1000)


def _print_json(value: dict[str, Any]) -> None:
    import orjson

    typer.echo(orjson.dumps(value).decode())


def _fail(text: str) -> NoReturn:
    typer.echo(_("Error: {problem}", problem=_shown(text)), err=True)
    raise typer.Exit(1)
