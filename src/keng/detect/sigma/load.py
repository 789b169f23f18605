"""Rule files to a rule set. One bad rule stops nothing; the result is cached by content."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec

from keng.detect.sigma.collection import collected
from keng.detect.sigma.document import read_document
from keng.detect.sigma.errors import RuleError, RuleProblem, plain_values
from keng.detect.sigma.link import link
from keng.detect.sigma.placeholders import DEFAULTS
from keng.detect.sigma.rule import Correlation, Filter, Rule
from keng.detect.sigma.rule_files import RuleFile, rule_files
from keng.detect.sigma.ruleset import RuleSet
from keng.detect.sigma.store_cache import read_cache, write_cache
from keng.detect.sigma.yaml_nodes import Mapping as MappingNode
from keng.detect.sigma.yaml_nodes import Node, read_stream

FORMAT = "10"
"""Raise it whenever reading or the stored form changes: old caches are then not used."""


def load_rules(
    paths: Sequence[Path],
    cache_dir: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    placeholders: Mapping[str, Sequence[str]] | None = None,
) -> RuleSet:
    """Read all rules under `paths` (folders, `.yml` files, `.zip` archives).

    cache_dir: where the compiled set is kept, so that the next start takes less than a second.
    progress: called with (files done, files in all). placeholders: values for `expand`, beside the defaults.
    """
    files: list[RuleFile] = []
    problems: list[RuleProblem] = []
    for found in rule_files(paths):
        if isinstance(found, RuleProblem):
            problems.append(found)
        else:
            files.append(found)
    values = {name: tuple(texts) for name, texts in {**DEFAULTS, **(placeholders or {})}.items()}
    digest = _digest(files, values)
    if cache_dir is not None and not problems:
        cached = read_cache(cache_dir / f"rules-{digest}.cache", RuleSet)
        if cached is not None:
            return msgspec.structs.replace(cached, cache_dir=str(cache_dir))
    ruleset = _read(files, values, problems, progress, digest)
    if cache_dir is not None:
        if not problems:
            write_cache(cache_dir / f"rules-{digest}.cache", ruleset)
        ruleset = msgspec.structs.replace(ruleset, cache_dir=str(cache_dir))
    return ruleset


def _digest(files: Sequence[RuleFile], placeholders: Mapping[str, tuple[str, ...]]) -> str:
    digest = hashlib.sha256(f"keng rules {FORMAT}\n{sorted(placeholders.items())!r}\n".encode())
    for file in files:
        digest.update(f"{file.path}\n{len(file.data)}\n".encode("utf-8", "surrogateescape"))
        digest.update(file.data)
    return digest.hexdigest()[:32]


def _read(
    files: Sequence[RuleFile],
    placeholders: Mapping[str, tuple[str, ...]],
    problems: list[RuleProblem],
    progress: Callable[[int, int], None] | None,
    digest: str,
) -> RuleSet:
    rules: list[Rule] = []
    filters: list[Filter] = []
    correlations: list[Correlation] = []
    found: list[RuleProblem] = []
    for number, file in enumerate(files, 1):
        for part in read_rule_file(file, placeholders, found):
            if isinstance(part, Rule):
                rules.append(part)
            elif isinstance(part, Filter):
                filters.append(part)
            else:
                correlations.append(part)
        if progress is not None:
            progress(number, len(files))
    linked = link(rules, filters, correlations)
    return RuleSet(
        rules=linked.rules,
        correlations=linked.correlations,
        filters=tuple(filters),
        errors=(*problems, *found, *linked.problems),
        content_hash=digest,
    )


def read_rule_file(
    file: RuleFile, placeholders: Mapping[str, tuple[str, ...]], problems: list[RuleProblem]
) -> list[Rule | Filter | Correlation]:
    """All documents of one file; what is wrong with them goes to `problems`."""
    parts: list[Rule | Filter | Correlation] = []
    for node in collected(read_stream(file.data)):
        if isinstance(node, RuleError):
            problems.append(_problem(file.path, node, node.line, ""))
            continue
        if node is None or _is_regression_info(node):
            continue
        warnings: list[RuleProblem] = []
        warn = partial(_warn, warnings, file.path, _name(node))
        try:
            parts.append(read_document(node, file.path, placeholders, warn))
            problems.extend(warnings)
        except RuleError as error:
            problems.append(_problem(file.path, error, error.line or node.line, _name(node)))
    return parts


def _warn(
    out: list[RuleProblem], path: str, rule_id: str, template: str, line: int, **values: object
) -> None:
    column = getattr(line, "column", 0)
    out.append(RuleProblem(path, int(line), rule_id, template, False, plain_values(values), column))


def _problem(path: str, error: RuleError, line: int, rule_id: str) -> RuleProblem:
    column = error.column if error.line else getattr(line, "column", 0)
    return RuleProblem(path, int(line), rule_id, error.template, values=error.values, column=column)


def _is_regression_info(node: Node) -> bool:
    """SigmaHQ keeps descriptions of its test samples in YAML beside the rules: no rules, no errors."""
    return isinstance(node, MappingNode) and "regression_tests_info" in node.pairs


def _name(node: Node) -> str:
    if isinstance(node, MappingNode):
        for key in ("id", "name", "title"):
            value = getattr(node.get(key), "value", None)
            if isinstance(value, str):
                return value
    return ""
