"""The census of fields: by log source, bounded, kept."""

import pytest

from keng.detect.sigma import arrivals as module
from keng.detect.sigma.arrivals import Arrivals
from keng.detect.sigma.rule import RuleSource
from keng.model.event import Event, LogSource

SSHD = LogSource("linux", "sshd")
PROCESS = LogSource("windows", "sysmon", ("process_creation",))


def test_fields_are_known_of_every_log_source_that_a_rule_runs_on() -> None:
    census = Arrivals()
    census.look([Event({"a": 1, "b": None}, SSHD), Event({"c": 1}, PROCESS), Event({"d": 1}, SSHD)])
    assert census.of(RuleSource(product="linux")) == (2, {"a", "b", "d"})
    assert census.of(RuleSource(product="linux", service="auth")) == (2, {"a", "b", "d"})
    assert census.of(RuleSource(category="process_creation")) == (1, {"c"})
    assert census.of(RuleSource(product="macos")) == (0, frozenset())


def test_it_is_kept_and_taken_up() -> None:
    census = Arrivals()
    census.look([Event({"a": 1}, SSHD)])
    assert census.changed
    again = Arrivals.decode(census.encode())
    assert again.of(RuleSource(product="linux")) == (1, {"a"})
    with pytest.raises(ValueError, match="not a census"):
        Arrivals.decode(b"{}")


def test_it_is_bounded_and_samples_what_it_knows_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SOURCES", 3)
    monkeypatch.setattr(module, "MAX_FIELDS", 5)
    census = Arrivals()
    census.look([Event({f"f{n}": 1}, LogSource("p", str(n % 5))) for n in range(100)])
    assert len(census._by_source) == 3
    assert max(len(one.fields) for one in census._by_source.values()) == 5
    census = Arrivals()
    census.look([Event({"f": 1}, SSHD)] * 2000)
    events, _ = census.of(RuleSource(product="linux"))
    assert module.FIRST < events < 500
