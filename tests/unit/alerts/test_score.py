"""Priorities."""

from itertools import pairwise, product

from keng.alerts.score import score
from keng.model.severity import Severity


def test_more_severe_higher_level_wider_and_louder_is_never_less_urgent() -> None:
    levels, spreads, counts = range(6), (1, 2, 3, 9), (1, 10, 1000, 10**9)
    for severity, level, spread, count in product(Severity, levels, spreads, counts):
        base = score(severity, level, spread, count).priority
        assert 0 <= base <= 100
        for lower, higher in pairwise(Severity):
            if severity is lower:
                assert score(higher, level, spread, count).priority >= base
        assert score(severity, level + 1, spread, count).priority >= base
        assert score(severity, level, spread + 1, count).priority >= base
        assert score(severity, level, spread, count * 10).priority >= base


def test_noise_of_a_low_rule_never_passes_a_single_high_finding() -> None:
    assert score(Severity.LOW, 5, 50, 10**9).priority < score(Severity.HIGH, 0, 1, 1).priority


def test_the_parts_explain_the_whole() -> None:
    parts = score(Severity.HIGH, 3, 2, 150)
    assert (parts.severity, parts.level, parts.spread, parts.volume) == (65, 5, 6, 2)
    assert parts.priority == 78
