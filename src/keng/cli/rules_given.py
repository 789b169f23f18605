"""What the commands of the detection engineer's bench are given: rules by file or id, events by file or id."""

import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keng.cli.lines import put
from keng.cli.rules_told import cause, data_dir, fail, line
from keng.i18n import _

if TYPE_CHECKING:
    from keng.detect.sigma import RuleSet
    from keng.detect.sigma.rule import Correlation, Rule
    from keng.model.event import Event

RuleName = Annotated[str, typer.Argument(help=_("A rule file, or the id, name or title of a rule in use."))]
EventPlace = Annotated[
    str,
    typer.Argument(
        help=_("An event: a log or JSON file, - for standard input, or the id of a stored event.")
    ),
]
MAX_EVENT = 64 << 20


def rules_in_use(data: Path | None) -> "RuleSet":
    """Our own and the installed sets."""
    from keng.detect.sigma import load_rules
    from keng.detect.sigma.installed import rule_paths
    from keng.resources import rules_dir

    folder = data_dir(data)
    return load_rules([rules_dir(), *rule_paths(folder)], folder / "cache" if folder.is_dir() else None)


def rules_given(paths: list[Path]) -> "RuleSet":
    """The rules under some paths; ends with 1 if not one can be read, and says which could not on standard error."""
    from keng.detect.sigma import load_rules

    found = load_rules(paths)
    fatal = [one for one in found.errors if one.fatal]
    if not found.rules and not found.correlations:
        fail(line(fatal[0]) if fatal else _("{path}: no rule in it", path=", ".join(map(str, paths))))
    if fatal:
        put(_("Could not be loaded: {count} (keng rules check says why)", count=len(fatal)), err=True)
    return found


def chosen_rules(name: str, data: Path | None) -> "RuleSet":
    """The rules of a file, or the one of the rules in use with this id, name or title; ends with 1 if there is none."""
    from keng.runtime.retro_job import all_of, subset

    if Path(name).exists() or name.endswith((".yml", ".yaml", ".zip")):
        return rules_given([Path(name)])
    whole = rules_in_use(data)
    wanted = name.casefold()
    ids = [
        one.info.id
        for one in all_of(whole)
        if wanted in (one.info.id.casefold(), one.name.casefold(), one.info.title.casefold())
    ]
    if not ids:
        near = get_close_matches(name, [one.info.title for one in all_of(whole)], 1, 0.75)
        fail(
            _("there is no rule file and no rule in use called {name}", name=name)
            + (" · " + _("did you mean “{title}”?", title=near[0]) if near else "")
        )
    return subset(whole, ids)


def one_rule(name: str, data: Path | None) -> "Rule":
    """The one plain rule that was named; ends with 1 if it is a correlation or more than one."""
    found = chosen_rules(name, data)
    correlation = named_correlation(found, name)
    if correlation is not None:
        fail(
            _(
                "“{title}” is a correlation: name one of the rules that it counts ({rules})",
                title=correlation.info.title, rules=", ".join(correlation.rules),
            )
        )  # fmt: skip
    return only_rule(found, name)


def only_rule(found: "RuleSet", name: str) -> "Rule":
    """The plain rule of this id, name or title, or the only one there is; ends with 1 otherwise."""
    exact = [rule for rule in found.rules if _called(rule, name)]
    rules = exact or list(found.rules)
    if len(rules) != 1:
        known = "; ".join(f"{rule.info.id} {rule.info.title}" for rule in rules[:5])
        fail(
            _(
                "{name} has {count} rules: name one by its id ({known})",
                name=name,
                count=len(rules),
                known=known,
            )
        )
    return rules[0]


def named_correlation(found: "RuleSet", name: str) -> "Correlation | None":
    """The correlation that was named, or that a file ends in; None if a plain rule is meant."""
    named = [one for one in found.correlations if _called(one, name)]
    if named or any(_called(rule, name) for rule in found.rules):
        return named[0] if named else None
    return found.correlations[-1] if found.correlations else None


def _called(one: "Rule | Correlation", name: str) -> bool:
    return name.casefold() in (one.info.id.casefold(), one.name.casefold(), one.info.title.casefold())


def events_given(place: str, data: Path | None) -> "list[Event]":
    """Events of a file, of standard input (`-`) or of the store (an id); ends with 1 if there is none."""
    import orjson

    from keng.rulebench.samples import SampleError, event_of, events_of

    try:
        if place == "-":
            return events_of(sys.stdin.buffer.read(MAX_EVENT))
        path = Path(place)
        if path.exists():
            with path.open("rb") as file:
                return events_of(file.read(MAX_EVENT), path.name)
    except SampleError as problem:
        fail(f"{place}: {problem}")
    except OSError as problem:
        fail(cause(problem))
    if len(place) == 32 and all(char in "0123456789abcdef" for char in place.lower()):
        from keng.cli.hunt import _answer
        from keng.runtime.hunting import HuntRequest

        request = HuntRequest(f"id:{place.lower()}", limit=1, reason="keng rules why")
        for item in _answer(request, data):
            if "event" in item:
                return [event_of(orjson.dumps(item["event"]))]
    return fail(_("there is no file and no stored event {place}", place=place))
