"""What four other evaluators found on the shared samples, and what we decided where they differ."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.conformance.sigma.samples import evtx_events

from keng.detect.sigma import Engine, RuleSet

pytestmark = pytest.mark.shared
DECIDED = yaml.safe_load((Path(__file__).parent / "decided.yml").read_text("utf-8"))
SETS = [
    ("consensus_eas", "evtx-attack-samples"),
    ("consensus_reg", "sigma/regression_data"),
]


def oracle(shared: Path, name: str) -> dict[tuple[str, str], int]:
    """(file, rule id) to votes."""
    lines = (shared / "oracles" / f"{name}.jsonl").read_text("utf-8").splitlines()
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return {(row["file"], row["rule_id"]): row["votes"] for row in rows}


def found_pairs(shared: Path, engine: Engine, folder: str) -> set[tuple[str, str]]:
    """(file, rule id) of everything the engine finds."""
    root = shared / folder
    return {
        (str(path.relative_to(root)), detection.rule.id)
        for path in sorted(root.rglob("*.evtx"))
        for detection in engine.match(evtx_events(path))
    }


@pytest.mark.row("other evaluators")
@pytest.mark.parametrize(("name", "folder"), SETS)
def test_every_pair_is_found_or_decided(
    shared_data: Path, engine: Engine, sigmahq: RuleSet, name: str, folder: str
) -> None:
    votes = oracle(shared_data, name)
    found = found_pairs(shared_data, engine, folder)
    wanted = {rule: part["found"] for part in DECIDED["decided"] for rule in part["rules"]}
    against = {tuple(pair) for part in DECIDED["against_all"] for pair in part["pairs"]}
    missing = [
        pair for pair, count in votes.items() if count == 4 and pair not in found and pair not in against
    ]
    assert missing == []
    undecided = [
        pair for pair, count in votes.items() if count < 4 and wanted.get(pair[1]) is not (pair in found)
    ]
    assert undecided == []
    titles = {title for part in DECIDED["alone"] for title in part["titles"]}
    info = sigmahq.info
    assert {info[rule].title for _, rule in found - votes.keys()} <= titles
