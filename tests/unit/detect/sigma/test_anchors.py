"""Anchors: of a rule's literals at least one must occur, and the cheapest set is taken."""

from tests.conformance.sigma.rules import rule_text, ruleset

from keng.detect.sigma.anchors import Anchor, choose_anchors
from keng.detect.sigma.program import Program


def anchors(detection: dict[str, object]) -> frozenset[Anchor] | None:
    return choose_anchors(Program(ruleset(rule_text(detection)).rules))[0]


def test_and_takes_the_rarer_side() -> None:
    found = anchors({"s": {"Image|endswith": r"\cmd.exe", "CommandLine|contains": "very-rare-argument"}})
    assert found == {Anchor("CommandLine", "contains", "very-rare-argument")}


def test_or_takes_all_sides_and_has_none_if_one_has_none() -> None:
    both = anchors({"a": {"f": "One"}, "b": {"g|endswith": "Two"}, "condition": "a or b"})
    assert both == {Anchor("f", "exact", "one"), Anchor("g", "ends", "two")}
    assert anchors({"a": {"f": "one"}, "b": {"g": None}, "condition": "a or b"}) is None


def test_what_is_negated_is_no_anchor() -> None:
    assert anchors({"s": {"f": "x"}, "condition": "not s"}) is None
    assert anchors({"s": {"f|neq": "x"}}) is None
    assert anchors({"a": {"f": "x"}, "b": {"g": "y"}, "condition": "a and not b"}) == {
        Anchor("f", "exact", "x")
    }


def test_a_number_of_selections_needs_so_many_that_one_must_be_among_them() -> None:
    names = {name: {"f|contains": name * 5} for name in ("a", "b", "c")}
    found = anchors({**names, "condition": "2 of them"})
    assert found is not None
    assert len(found) == 2


def test_patterns_give_their_longest_literal_and_dashes_are_left_out() -> None:
    assert anchors({"s": {"f": "ab*longer?c"}}) == {Anchor("f", "contains", "longer")}
    assert anchors({"s": {"f|windash|contains": " -enc"}}) == {Anchor("f", "contains", "enc")}
    assert anchors({"s": {"f": "*"}}) is None


def test_numbers_truth_and_expressions_are_anchors_too() -> None:
    assert anchors({"s": {"f": 5}}) == {Anchor("f", "number", "5")}
    assert anchors({"s": {"f": True}}) == {Anchor("f", "exact", "true")}
    assert anchors({"s": {"f|re": "a+b"}}) == {Anchor("f", "regex", "a+b")}
