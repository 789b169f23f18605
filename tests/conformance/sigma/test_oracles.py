"""What four other evaluators found on the shared samples, and what we decided where they differ."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.conformance.sigma.samples import evtx_events

from keng.detect.sigma import Engine, RuleSet

DECIDED = yaml.safe_load((Path(__file__).parent / "decided.yml").read_text("utf-8"))
Pair = tuple[str, str]
SETS = [
    ("consensus_eas", "evtx-attack-samples"),
    ("consensus_reg", "sigma/regression_data"),
]


def oracle(shared: Path, name: str) -> dict[Pair, int]:
    """(file, rule id) to votes."""
    lines = (shared / "oracles" / f"{name}.jsonl").read_text("utf-8").splitlines()
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return {(row["file"], row["rule_id"]): row["votes"] for row in rows}


def found_pairs(shared: Path, engine: Engine, folder: str) -> set[Pair]:
    """(file, rule id) of everything the engine finds."""
    root = shared / folder
    return {
        (str(path.relative_to(root)), detection.rule.id)
        for path in sorted(root.rglob("*.evtx"))
        for detection in engine.match(evtx_events(path))
    }


def missing(votes: dict[Pair, int], found: set[Pair]) -> list[Pair]:
    """Pairs that all four evaluators find and we neither find nor explain."""
    against = {tuple(pair) for part in DECIDED["against_all"] for pair in part["pairs"]}
    return [pair for pair, count in votes.items() if count == 4 and pair not in found and pair not in against]


def undecided(votes: dict[Pair, int], found: set[Pair]) -> list[Pair]:
    """Pairs with fewer votes that the data file does not decide, or decides otherwise than the engine."""
    wanted = {rule: part["found"] for part in DECIDED["decided"] for rule in part["rules"]}
    return [pair for pair, count in votes.items() if count < 4 and wanted.get(pair[1]) is not (pair in found)]


@pytest.mark.shared
@pytest.mark.row("other evaluators")
@pytest.mark.parametrize(("name", "folder"), SETS)
def test_every_pair_is_found_or_decided(
    shared_data: Path, engine: Engine, sigmahq: RuleSet, name: str, folder: str
) -> None:
    votes = oracle(shared_data, name)
    found = found_pairs(shared_data, engine, folder)
    assert sum(count < 4 for count in votes.values()) > 60
    assert missing(votes, found) == []
    assert undecided(votes, found) == []
    titles = {title for part in DECIDED["alone"] for title in part["titles"]}
    info = sigmahq.info
    assert {info[rule].title for _, rule in found - votes.keys()} <= titles


@pytest.mark.row("other evaluators")
def test_a_pair_that_nobody_decided_fails_and_every_decision_says_why() -> None:
    rule = DECIDED["decided"][0]["rules"][0]
    assert undecided({("file", "a-rule-of-tomorrow"): 3}, set())
    assert undecided({("file", "a-rule-of-tomorrow"): 3}, {("file", "a-rule-of-tomorrow")})
    assert undecided({("file", rule): 3}, set()), "decided as found"
    assert not undecided({("file", rule): 3}, {("file", rule)})
    assert missing({("file", rule): 4}, set())
    for part in [*DECIDED["decided"], *DECIDED["against_all"], *DECIDED["alone"]]:
        assert len(part["why"].split()) >= 4
    rules = [rule for part in DECIDED["decided"] for rule in part["rules"]]
    assert len(rules) == len(set(rules))
