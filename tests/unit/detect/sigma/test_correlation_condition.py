"""Conditions of correlations as they are read (what they find is in tests/conformance/sigma/test_correlations.py)."""

from keng.detect.sigma.correlation_condition import read_condition
from keng.detect.sigma.rule import Term, Threshold
from keng.detect.sigma.yaml_nodes import Mapping, Node, Scalar

RULES = ("a", "b", "c")


def body(**values: Node) -> Mapping:
    made = Mapping(1)
    made.pairs.update({key: (1, value) for key, value in values.items()})
    return made


def test_without_a_condition_the_temporal_types_need_every_rule() -> None:
    assert read_condition(body(), "temporal", ("a", "b", "a")).thresholds == (Threshold("gte", 2),)


def test_a_percentile_that_is_not_written_is_told_apart() -> None:
    inner = body(field=Scalar("f", 1), gt=Scalar(5, 1))
    assert read_condition(body(condition=inner), "value_percentile", RULES).percentile is None
    inner.pairs["percentile"] = (1, Scalar(0, 1))
    assert read_condition(body(condition=inner), "value_percentile", RULES).percentile == 0


def test_an_expression_becomes_terms_without_those_that_contradict_themselves() -> None:
    found = read_condition(body(condition=Scalar("(a or b) and not (a and c)", 1)), "temporal", RULES).terms
    assert found == (Term(("a",), ("c",)), Term(("b",), ("a",)), Term(("b",), ("c",)))
