"""The detection that a silent source becomes."""

from keng.alerts.group import counted_key, group_key
from keng.health.silence import SILENT_RULE, severity_of, silence
from keng.model.agency import LogSourceEntry
from keng.model.severity import Severity

NOW = 1_790_000_000_000_000
ENTRY = LogSourceEntry("bv-dc", "bv", "Máy chủ miền")


def test_the_same_pause_counts_once_and_the_next_one_anew() -> None:
    first = silence(ENTRY, Severity.HIGH, NOW, NOW + 600_000_000, 30.0)
    again = silence(ENTRY, Severity.HIGH, NOW, NOW + 900_000_000, 30.0)
    later = silence(ENTRY, Severity.HIGH, NOW + 1, NOW + 900_000_000, 30.0)
    assert counted_key(first) == counted_key(again) != counted_key(later)
    assert first.rule.id == SILENT_RULE


def test_each_source_has_an_alert_of_its_own() -> None:
    other = LogSourceEntry("bv-fw", "bv", "Tường lửa")
    one, two = (silence(entry, Severity.LOW, NOW, NOW, 30.0) for entry in (ENTRY, other))
    assert group_key(one) != group_key(two)


def test_it_says_in_both_languages_what_to_do() -> None:
    texts = silence(ENTRY, Severity.LOW, NOW, NOW, 30.0).rule.texts
    assert set(texts) == {"vi", "en"}
    assert all(texts[language][name] for language in texts for name in ("title", "description", "advice"))


def test_the_higher_the_system_the_more_it_matters_and_an_attack_raises_it() -> None:
    assert [severity_of(level, False) for level in (0, 2, 3, 4, 5)] == [
        Severity.LOW,
        Severity.MEDIUM,
        Severity.MEDIUM,
        Severity.HIGH,
        Severity.HIGH,
    ]
    assert severity_of(3, True) == Severity.HIGH
    assert severity_of(5, True) == Severity.CRITICAL
