"""Values choose the events to look at; of these only those are loaded in which a rule may hold."""

from pathlib import Path

from keng.detect.sigma import load_rules
from keng.detect.sigma.retro import RetroSearch
from keng.detect.sigma.retro_source import RetroSource
from keng.model.event import LogSource
from keng.model.probe import Row, StoredValue

START = LogSource("windows", "sysmon", ("process_creation",))
RULES = """
title: One
id: 11111111-1111-4111-8111-111111111111
logsource: {product: windows, category: process_creation}
detection:
  s: {CommandLine|contains: mimidogz}
  f: {User: backup}
  condition: s and not f
"""


def _source(folder: Path, events: int = 5, text: str = RULES) -> RetroSource:
    (folder / "r.yml").write_text(text)
    source = RetroSearch(load_rules([folder])).source(START, {"1": events})
    assert source is not None
    return source


def test_only_values_that_meet_a_need_select_events(tmp_path: Path) -> None:
    source = _source(tmp_path)
    assert source.fields == ("CommandLine",)
    assert not source.choose({"CommandLine": [StoredValue("calm", 1, 4)]})
    chosen = source.choose({"CommandLine": [StoredValue("calm", 1, 4), StoredValue("mimidogz", 2, 1)]})
    assert chosen.values == {"CommandLine": frozenset({2})}
    assert source.read == ("CommandLine", "User")


def test_a_row_is_worth_loading_unless_every_rule_is_false_in_it(tmp_path: Path) -> None:
    source = _source(tmp_path)
    source.choose({"CommandLine": [StoredValue("mimidogz", 2, 1), StoredValue(None, 3, 1)]})
    assert source.worth(Row("1", ("mimidogz", "an"), False, ()))
    assert source.worth(Row("1", (None, "an"), False, ()))
    assert not source.worth(Row("1", ("mimidogz", "backup"), False, ()))
    assert not source.worth(Row("3", ("mimidogz", "an"), False, ()))


def test_a_common_value_selects_with_all_that_its_rule_asks_for(tmp_path: Path) -> None:
    source = _source(tmp_path, 100_000)
    chosen = source.choose({"CommandLine": [StoredValue("mimidogz", 2, 50_000), StoredValue("x", 3, 50_000)]})
    assert not chosen.values and chosen.clauses[0].values[0] == {"CommandLine": frozenset({2})}
    assert source.worth(Row("1", ("mimidogz", "an"), False, ()))


def test_keywords_are_words_for_the_text(tmp_path: Path) -> None:
    text = RULES.replace("{CommandLine|contains: mimidogz}", "[mimidogz]").replace(
        "{User: backup}", "[other]"
    )
    source = _source(tmp_path, 1_000, text)
    chosen = source.choose({})
    assert chosen.words == ("mimidogz",)
    assert source.worth(Row("1", (), True, ())) and not source.worth(Row("1", (), False, ()))


def test_a_common_need_is_narrowed_by_the_values_that_stand_together(tmp_path: Path) -> None:
    source = _source(tmp_path, 100_000)
    chosen = source.choose({"CommandLine": [StoredValue("mimidogz", 2, 50_000), StoredValue("x", 3, 50_000)]})
    assert source.narrow == ("CommandLine",)
    calm, found = Row("1", ("x",), False, ()), Row("1", ("mimidogz",), False, ())
    assert not source.narrowed(chosen, [calm])
    (clause,) = source.narrowed(chosen, [calm, found]).clauses
    assert clause.values == ({"CommandLine": frozenset({2})},) and clause.event_ids == {"1"}
    for user, worth in (("an", True), ("backup", False), ("an", True)):
        assert source.worth(Row("1", ("mimidogz", user), False, ())) is worth
        assert not source.worth(Row("1", ("x", user), False, ()))
