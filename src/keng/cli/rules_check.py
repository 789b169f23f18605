"""`keng rules check`: what would not load, what is odd, and what can never match."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from keng.cli.rules_told import AsJson, Data, as_json, data_dir, line, print_json, progress, shown, tell
from keng.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keng.detect.sigma.errors import RuleProblem
    from keng.detect.sigma.review import Review

MOST_UNHEARD = 10
MOST_ALIKE = 3


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help=_("Folders, .yml files or .zip archives; without any: the rule sets in use.")),
    ] = None,
    data: Data = None,
    as_json_lines: AsJson = False,
) -> None:
    """Read rules without installing them. What a centre has noted of its events' fields tells which are dead."""
    from keng.detect.sigma.installed import rule_paths
    from keng.detect.sigma.review import read_arrivals, review
    from keng.resources import rules_dir

    folder = data_dir(data)
    arrivals = read_arrivals(folder)
    found = review(paths or [rules_dir(), *rule_paths(folder)], arrivals, None if as_json_lines else progress)
    if as_json_lines:
        _machines(found, arrivals is not None)
    else:
        _people(found, arrivals is not None)
    if found.errors:
        raise typer.Exit(1)


def _counts(found: "Review") -> dict[str, int]:
    rules = found.ruleset
    return {"rules": len(rules.rules), "correlations": len(rules.correlations), "filters": len(rules.filters)}


def _machines(found: "Review", observed: bool) -> None:
    for kind, problems in (("error", found.errors), ("warning", found.warnings), ("dead", found.dead)):
        for problem in problems:
            print_json(as_json(problem, kind))
    summary: dict[str, Any] = {
        **_counts(found), "errors": len(found.errors), "warnings": len(found.warnings), "dead": len(found.dead),
        "fields_from": "events" if observed else "mapping", "unheard": found.unheard,
    }  # fmt: skip
    print_json(summary)


def _alike(problems: "Sequence[RuleProblem]") -> None:
    """The first few of those that say the same, and how many more there are."""
    alike: dict[str, list[RuleProblem]] = {}
    for problem in problems:
        alike.setdefault(problem.text(), []).append(problem)
    for same in alike.values():
        for problem in same[:MOST_ALIKE]:
            typer.echo(f"  {line(problem)}")
        if len(same) > MOST_ALIKE:
            typer.echo("    " + _("and {count} more", count=len(same) - MOST_ALIKE))


def _people(found: "Review", observed: bool) -> None:
    typer.echo(
        _("{rules} rules, {correlations} correlations and {filters} filters loaded.", **_counts(found))
    )
    tell(_("{count} could not be loaded:", count=len(found.errors)), found.errors)
    if found.warnings:
        typer.echo(_("{count} warnings:", count=len(found.warnings)))
        _alike(found.warnings)
    tell(_("{count} can never match, because a field never arrives:", count=len(found.dead)), found.dead)
    if found.unheard:
        typer.echo(
            _(
                "{count} rules wait for log sources that have not arrived yet:",
                count=sum(found.unheard.values()),
            )
        )
        for name, count in list(found.unheard.items())[:MOST_UNHEARD]:
            typer.echo(f"  {shown(name)}: {count}")
        if (more := len(found.unheard) - MOST_UNHEARD) > 0:
            typer.echo("  " + _("and {count} more", count=more))
    if not observed:
        typer.echo(
            _("Fields are those of our mapping; a centre that has received events knows better (--data).")
        )
