"""`keng rules check`: what would not load, what is odd, and what can never match."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from keng.cli.lines import put
from keng.cli.rules_told import (
    AsJson,
    Data,
    as_json,
    data_dir,
    line,
    place,
    print_json,
    progress,
    shown,
    tell,
    told_counts,
)
from keng.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keng.detect.sigma.errors import RuleProblem
    from keng.detect.sigma.review import Review

MOST_UNHEARD = 10
MOST_ALIKE = 3
MOST_REASONS = 15


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help=_("Folders, .yml files or .zip archives; without any: the rule sets in use.")),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help=_("Name every rule, not only the first few."))
    ] = False,
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
        _machines(found)
    else:
        _people(found, everything)
    if found.errors:
        raise typer.Exit(1)


def _counts(found: "Review") -> dict[str, int]:
    rules = found.ruleset
    return {"rules": len(rules.rules), "correlations": len(rules.correlations), "filters": len(rules.filters)}


def _machines(found: "Review") -> None:
    for kind, problems in (("error", found.errors), ("warning", found.warnings), ("dead", found.dead)):
        for problem in problems:
            print_json(as_json(problem, kind))
    summary: dict[str, Any] = {
        **_counts(found), "errors": len(found.errors), "warnings": len(found.warnings), "dead": len(found.dead),
        "fields_from": "events" if found.observed else "mapping", "unheard": found.unheard,
        "unjudged": found.unjudged,
    }  # fmt: skip
    print_json(summary)


def _people(found: "Review", everything: bool) -> None:
    put(told_counts(**_counts(found)))
    tell(_("Could not be loaded: {count}", count=len(found.errors)), found.errors)
    _alike(_("Warnings: {count}", count=len(found.warnings)), found.warnings, everything)
    heading = _("Can never match, because a field never arrives: {count}", count=len(found.dead))
    _alike(heading, found.dead, everything)
    _sources(
        _("Rules that wait for log sources which have not arrived yet: {count}"), found.unheard, everything
    )
    _sources(
        _("Rules of log sources whose fields nobody can list, not judged: {count}"),
        found.unjudged,
        everything,
    )
    if not found.observed:
        put(_("Fields are those of our mapping; a centre that has received events knows better (--data)."))
    if not (found.errors or found.warnings or found.dead) and any(_counts(found).values()):
        put(_("Nothing to complain of."))


def _alike(heading: str, problems: "Sequence[RuleProblem]", everything: bool) -> None:
    """Problems by what they say: each reason once, the first few places of it, and how many more there are."""
    if not problems:
        return
    put(heading)
    alike: dict[str, list[RuleProblem]] = {}
    for problem in problems:
        alike.setdefault(problem.text(), []).append(problem)
    reasons = list(alike.items())
    for reason, same in reasons if everything else reasons[:MOST_REASONS]:
        if len(same) == 1:
            put(line(same[0]), 2, 4)
            continue
        put(shown(f"{reason} ({len(same)})"), 2)
        places = same if everything else same[:MOST_ALIKE]
        for problem in places:
            put(place(problem), 4)
        _more(len(same) - len(places), 4)
    if not everything:
        _more(sum(len(same) for _reason, same in reasons[MOST_REASONS:]), 2)


def _sources(heading: str, rules_of: dict[str, int], everything: bool) -> None:
    if not rules_of:
        return
    put(heading.format(count=f"{sum(rules_of.values()):,}"))
    named = list(rules_of.items())
    kept = named if everything else named[:MOST_UNHEARD]
    wide = max(len(name) for name, _count in kept)
    for name, count in kept:
        put(f"{shown(name):<{wide}}  {count:>6,}", 2)
    _more(len(named) - len(kept), 2)


def _more(count: int, indent: int) -> None:
    if count > 0:
        put(_("and {count} more; --all names them", count=f"{count:,}"), indent)
