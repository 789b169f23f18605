"""Every rule of ours fires on its samples, keeps quiet on its near misses, and does not stray into others'."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from keng.detect.sigma import RuleSet
from keng.resources import rules_dir

FOLDER = rules_dir() / "samples"
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.json"))
Fired = Callable[[Any], set[str]]


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads((FOLDER / name).read_bytes())
    return found


@pytest.mark.parametrize("name", FILES)
def test_a_rule_fires_on_every_sample_that_must_match(name: str, fired: Fired) -> None:
    sample = _read(name)
    for number, must in enumerate(sample["match"]):
        assert sample["rule"] in fired(must), f"match[{number}] of {name}: {must}"


@pytest.mark.parametrize("name", FILES)
def test_a_rule_keeps_quiet_on_its_near_misses(name: str, fired: Fired) -> None:
    sample = _read(name)
    for number, must_not in enumerate(sample["no_match"]):
        assert sample["rule"] not in fired(must_not), f"no_match[{number}] of {name}: {must_not}"


def test_near_misses_wake_no_other_rule_unless_their_file_says_so(
    samples: dict[Path, dict[str, Any]], fired: Fired, ruleset: RuleSet
) -> None:
    titles = {rule_id: info.title for rule_id, info in ruleset.info.items()}
    strays = []
    for path, sample in samples.items():
        named = set(sample.get("others", []))
        found = {titles[rule_id] for must_not in sample["no_match"] for rule_id in fired(must_not)}
        if found != named:
            strays.append((path.relative_to(FOLDER).as_posix(), sorted(found), sorted(named)))
    assert strays == []


def test_at_least_twelve_rules_are_proved_from_the_entry_as_it_arrives(
    samples: dict[Path, dict[str, Any]],
) -> None:
    def raw(sample: Any) -> bool:
        return any("raw" in step for step in (sample if isinstance(sample, list) else [sample]))

    proved = [path for path, sample in samples.items() if any(raw(must) for must in sample["match"])]
    assert len(proved) >= 12
