"""Rules looked at before they are used: what would not load, what is odd, what can never match.

`review` is what `keng rules check` shows; everything it says is a `RuleProblem` with file and line.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from keng.detect.sigma.arrivals import FIRST, Arrivals
from keng.detect.sigma.dead import NOT_YET, dead_rules
from keng.detect.sigma.errors import RuleProblem, plain_values
from keng.detect.sigma.load import load_rules
from keng.detect.sigma.mapping_fields import mapped_fields
from keng.detect.sigma.rule import Correlation, Rule, RuleSource
from keng.detect.sigma.ruleset import RuleSet

LANGUAGES = ("en", "vi")
ARRIVALS_FILE = "arrivals.json"


class Review(msgspec.Struct, frozen=True):
    """errors: not loaded; warnings: loaded, but odd; dead: loaded, but can never match.

    unheard: log sources that rules ask for and no event has had yet, with the number of rules.
    """

    ruleset: RuleSet
    errors: tuple[RuleProblem, ...]
    warnings: tuple[RuleProblem, ...]
    dead: tuple[RuleProblem, ...]
    unheard: dict[str, int]


def review(
    paths: Sequence[Path],
    arrivals: Arrivals | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Review:
    """Read and judge rules. arrivals: which fields events carry; without it, what the mapping is known to give."""
    ruleset = load_rules(paths, None, progress)
    unheard: dict[str, int] = {}

    def arrived(source: RuleSource) -> frozenset[str] | None:
        assert arrivals is not None
        events, fields = arrivals.of(source)
        if not events:
            name = "/".join(part for part in (source.product, source.category, source.service) if part)
            unheard[name] = unheard.get(name, 0) + 1
        return fields if events >= FIRST else None

    dead = dead_rules(ruleset, mapped_fields) if arrivals is None else dead_rules(ruleset, arrived, NOT_YET)
    return Review(
        ruleset,
        tuple(problem for problem in ruleset.errors if problem.fatal),
        tuple(problem for problem in ruleset.errors if not problem.fatal) + tuple(_oddities(ruleset)),
        tuple(dead),
        dict(sorted(unheard.items(), key=lambda item: -item[1])),
    )


def read_arrivals(data_dir: Path) -> Arrivals | None:
    """What a centre has noted of the fields of its events; None if it has not."""
    path = data_dir / "cache" / ARRIVALS_FILE
    try:
        return Arrivals.decode(path.read_bytes())
    except (OSError, ValueError):
        return None


def _oddities(ruleset: RuleSet) -> list[RuleProblem]:
    problems = [
        _odd(rule.info.path, rule.line, rule.info.id, "the rule is {status}", status=rule.status)
        for rule in ruleset.rules
        if rule.status in ("deprecated", "unsupported")
    ]
    for correlation in ruleset.correlations:
        named = {rule for alias in correlation.aliases.values() for rule in alias}
        if strangers := named - set(correlation.rules):
            template = "an alias names {names}, which is not among its rules"
            problems.append(
                _odd(
                    correlation.info.path,
                    correlation.line,
                    correlation.info.id,
                    template,
                    names=_joined(strangers),
                )
            )
    parts: list[Rule | Correlation] = [*ruleset.rules, *ruleset.correlations]
    for part in parts:
        if unknown := set(part.info.texts) - set(LANGUAGES):
            template = "keng has texts in languages that are not shown: {keys}"
            problems.append(_odd(part.info.path, part.line, part.info.id, template, keys=_joined(unknown)))
    extra = [(part.info.path, part.line, part.info.id, part.extra) for part in parts]
    extra += [(one.path, one.line, one.id, one.extra) for one in ruleset.filters]
    template = "keys that Sigma does not know: {keys}"
    problems += [
        _odd(path, line, name, template, keys=_joined(keys)) for path, line, name, keys in extra if keys
    ]
    return problems


def _joined(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _odd(path: str, line: int, rule_id: str, template: str, **values: object) -> RuleProblem:
    return RuleProblem(path, line, rule_id, template, fatal=False, values=plain_values(values))
