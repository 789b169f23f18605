"""Statements of a search by rules hold placeholders, never values."""

from keng.model.probe import Clause, Selection
from keng.store.parameters import Parameters
from keng.store.selection import distinct_values, selected


def test_fields_and_values_travel_apart() -> None:
    parameters = Parameters()
    sql = distinct_values(["Evil'Name", "b"], "true", parameters)
    assert "Evil" not in sql and "key_Evil'Name" in parameters.values.values()
    assert "GROUPING SETS ((f0), (f1))" in sql


def test_a_selection_is_any_of_its_parts() -> None:
    parameters = Parameters()
    chosen = Selection(
        {"a": frozenset({7})}, (Clause(({"b": frozenset({8})},), frozenset({"4625"})),), ("wo'rd",)
    )
    sql = selected(chosen, ["c"], parameters.log_field("EventID"), "true", parameters)
    assert sql.count("cityHash64") == 2 and "wo'rd" not in sql and "4625" not in sql
    assert sql.count("AND") >= 2 and " OR " in sql and bool(chosen) and not Selection()
