"""Severity reads and writes Sigma's words and keeps their order."""

import pytest

from keng.model.severity import Severity


def test_the_words_of_sigma_are_read_and_written() -> None:
    words = ["informational", "low", "medium", "high", "critical"]
    assert [Severity.from_level(word).level for word in words] == words


def test_the_levels_are_ordered() -> None:
    assert Severity.LOW < Severity.MEDIUM < Severity.HIGH < Severity.CRITICAL


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(KeyError):
        Severity.from_level("urgent")
