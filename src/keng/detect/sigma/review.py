"""Rules looked at before they are used: what would not load, what is odd, what can never match.

`review` is what `keng rules check` shows; everything it says is a `RuleProblem` with file and line.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from pathlib import Path

import msgspec

from keng.detect.sigma.arrivals import FIRST, Arrivals
from keng.detect.sigma.dead import NEVER, NOT_YET, dead_rules, items
from keng.detect.sigma.errors import RuleProblem, plain_values
from keng.detect.sigma.load import load_rules
from keng.detect.sigma.mapping_fields import mapped_fields
from keng.detect.sigma.metadata import made_id
from keng.detect.sigma.rule import Correlation, Rule, RuleSource
from keng.detect.sigma.ruleset import RuleSet

LANGUAGES = ("en", "vi")
ARRIVALS_FILE = "arrivals.json"


class Review(msgspec.Struct, frozen=True):
    """errors: not loaded; warnings: loaded, but odd; dead: loaded, but can never match.

    unheard: log sources that rules ask for and no event has had yet, with the number of rules. unjudged: those whose
    fields neither events nor our mapping tell. observed: whether fields of real events were known.
    """

    ruleset: RuleSet
    errors: tuple[RuleProblem, ...]
    warnings: tuple[RuleProblem, ...]
    dead: tuple[RuleProblem, ...]
    unheard: dict[str, int]
    unjudged: dict[str, int]
    observed: bool


def review(
    paths: Sequence[Path],
    arrivals: Arrivals | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Review:
    """Read and judge rules. arrivals: which fields events carry; without it, what the mapping is known to give."""
    ruleset = load_rules(paths, None, progress)
    judge = _Judge(arrivals if arrivals is not None and arrivals.enough else None)
    dead = dead_rules(ruleset, judge.fields, judge.said)
    return Review(
        ruleset,
        tuple(problem for problem in ruleset.errors if problem.fatal),
        tuple(problem for problem in ruleset.errors if not problem.fatal) + tuple(_oddities(ruleset)),
        tuple(dead),
        judge.counted(ruleset, judge.unheard),
        judge.counted(ruleset, judge.unjudged),
        judge.observed,
    )


class _Judge:
    """What is known of a log source's fields: from its events where there were enough, else from our mapping."""

    def __init__(self, arrivals: Arrivals | None) -> None:
        self._arrivals = arrivals
        self._known: dict[RuleSource, tuple[int, Container[str] | None, str]] = {}

    @property
    def observed(self) -> bool:
        return self._arrivals is not None

    def fields(self, source: RuleSource) -> Container[str] | None:
        return self._look(source)[1]

    def said(self, source: RuleSource) -> str:
        return self._look(source)[2]

    def unheard(self, source: RuleSource) -> bool:
        return self.observed and not self._look(source)[0]

    def unjudged(self, source: RuleSource) -> bool:
        return not self.unheard(source) and self._look(source)[1] is None

    def counted(self, ruleset: RuleSet, which: Callable[[RuleSource], bool]) -> dict[str, int]:
        """Rules by the name of their log source, the most first. Rules that read no field need no judgement."""
        counts = Counter(
            "/".join(
                part for part in (rule.source.product, rule.source.category, rule.source.service) if part
            )
            for rule in ruleset.rules
            if which(rule.source) and (which == self.unheard or any(item.field for item in items(rule)))
        )
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def _look(self, source: RuleSource) -> tuple[int, Container[str] | None, str]:
        if source not in self._known:
            events, seen = self._arrivals.of(source) if self._arrivals is not None else (0, frozenset[str]())
            if events >= FIRST:
                self._known[source] = events, seen, NOT_YET
            else:
                self._known[source] = events, mapped_fields(source), NEVER
        return self._known[source]


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
    template = (
        "it has no id: the one made for it changes with its file's name, place and title; give it a UUID"
    )
    problems += [
        _odd(part.info.path, part.line, part.info.id, template)
        for part in parts
        if part.info.id == made_id(part.info.path, part.line, part.info.title)
    ]
    template = "keys that Sigma does not know: {keys}"
    problems += [
        _odd(path, line, name, template, keys=_joined(keys)) for path, line, name, keys in extra if keys
    ]
    return problems


def _joined(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _odd(path: str, line: int, rule_id: str, template: str, **values: object) -> RuleProblem:
    return RuleProblem(path, line, rule_id, template, fatal=False, values=plain_values(values))
