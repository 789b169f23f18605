"""At least 100,000 generated pairs of rule and event: the engine finds exactly what the exhaustive evaluator finds."""

import pytest
from tests.conformance.sigma.generated import PAIRS, differences

from keng.detect.sigma import predicate, scan

BLOCK = 5


def compare(first: int, count: int) -> None:
    """No difference on `count` sets of rules and events, and enough of them match."""
    wrong, matches = [], 0
    for seed in range(first, first + count):
        found, number = differences(seed)
        wrong += found
        matches += number
    assert wrong == []
    assert matches > count * PAIRS // 20


@pytest.mark.row("generated pairs")
@pytest.mark.parametrize("first", range(0, 25, BLOCK))
def test_a_hundred_thousand_pairs_have_no_difference(first: int) -> None:
    assert 25 * PAIRS >= 100_000
    compare(first, BLOCK)


@pytest.mark.row("generated pairs")
def test_nor_have_they_with_hyperscan_for_even_the_smallest_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "FEW", 0)
    monkeypatch.setattr(predicate, "_MANY_NEEDLES", 0)
    compare(1000, BLOCK)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_nor_have_millions() -> None:
    compare(10_000, 1000)
