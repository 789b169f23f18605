"""What the commands of the detection engineer's bench are given: rules by file or id, events by file or id."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keng.cli.rules_told import data_dir, fail
from keng.i18n import _

if TYPE_CHECKING:
    from keng.detect.sigma import RuleSet
    from keng.detect.sigma.rule import Rule
    from keng.model.event import Event

RuleName = Annotated[str, typer.Argument(help=_("A rule file, or the id, name or title of a rule in use."))]
MAX_EVENT = 16 << 20


def rules_in_use(data: Path | None) -> "RuleSet":
    """Our own and the installed sets."""
    from keng.detect.sigma import load_rules
    from keng.detect.sigma.installed import rule_paths
    from keng.resources import rules_dir

    folder = data_dir(data)
    return load_rules([rules_dir(), *rule_paths(folder)], folder / "cache")


def chosen_rules(name: str, data: Path | None) -> "RuleSet":
    """The rules of a file, or the one of the rules in use with this id, name or title; ends with 1 if there is none."""
    from keng.detect.sigma import load_rules
    from keng.runtime.retro_job import all_of, subset

    if Path(name).exists():
        found = load_rules([Path(name)])
        problem = next((one for one in found.errors if one.fatal), None)
        if problem is not None:
            fail(f"{problem.path}:{problem.line}: {problem.text()}")
        if not found.rules and not found.correlations:
            fail(_("{path}: no rule in it", path=name))
        return found
    whole = rules_in_use(data)
    wanted = name.casefold()
    ids = [
        one.info.id
        for one in all_of(whole)
        if wanted in (one.info.id.casefold(), one.name.casefold(), one.info.title.casefold())
    ]
    if not ids:
        fail(_("there is no rule file and no rule in use called {name}", name=name))
    return subset(whole, ids)


def one_rule(name: str, data: Path | None) -> "Rule":
    """The one plain rule that was named; ends with 1 if it is a correlation or more than one."""
    found = chosen_rules(name, data)
    exact = [rule for rule in found.rules if rule.info.id.casefold() == name.casefold()]
    rules = exact or list(found.rules)
    if len(rules) != 1:
        fail(_("{name}: {count} plain rules; name one by its id", name=name, count=len(rules)))
    return rules[0]


def one_event(place: str, data: Path | None) -> "Event":
    """An event from a JSON file, standard input (`-`) or the store (its id); ends with 1 if there is none."""
    import orjson

    from keng.rulebench.samples import SampleError, event_of, events_in

    try:
        if place == "-":
            return event_of(sys.stdin.buffer.read(MAX_EVENT))
        path = Path(place)
        if path.is_file():
            if path.suffix.lower() not in (".json", ".jsonl", ".txt", ".log"):
                found = events_in(path)
                if not found:
                    fail(_("{path}: no event in it", path=place))
                return found[0]
            return event_of(path.read_bytes()[:MAX_EVENT])
    except (SampleError, OSError) as problem:
        fail(str(problem))
    if len(place) == 32 and all(char in "0123456789abcdef" for char in place.lower()):
        from keng.cli.hunt import _answer
        from keng.runtime.hunting import HuntRequest

        request = HuntRequest(f"id:{place.lower()}", limit=1, reason="keng rules why")
        for item in _answer(request, data):
            if "event" in item:
                return event_of(orjson.dumps(item["event"]))
    return fail(_("there is no file and no stored event {place}", place=place))
