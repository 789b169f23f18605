"""Anchors: of a rule's literals at least one must occur, and the cheapest set is taken."""

from tests.conformance.sigma.rules import rule_text, ruleset

from keng.detect.sigma.anchors import MAX_NEEDS, Anchor, choose_anchors, choose_needs
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


def needs(*detections: dict[str, object]) -> list[set[frozenset[Anchor]]]:
    text = "---\n".join(rule_text(one, title=str(number)) for number, one in enumerate(detections))
    return [set(found) for found in choose_needs(Program(ruleset(text).rules))]


def test_a_rule_needs_several_sets_of_anchors_on_fields_that_others_need_too() -> None:
    rule = {
        "s": {
            "f|contains": "averyrareword",
            "g|endswith": "anotherrareword",
            "h|contains|all": ["longword", "wordlong"],
        }
    }
    first = frozenset({Anchor("f", "contains", "averyrareword")})
    assert needs(rule)[0] == {first}, "g and h are nobody's first choice"
    others = [{"s": {"g|endswith": f"somethingrare{n}"}} for n in range(4)]
    found = needs(*[rule] * 4, *others)[0]
    assert found == {first, frozenset({Anchor("g", "ends", "anotherrareword")})}
    assert len(found) <= MAX_NEEDS


def test_keywords_are_asked_for_beside_a_field() -> None:
    found = needs(*[{"s": {"f": "averyrareword"}, "k": ["word"], "condition": "s and k"}] * 4)[0]
    assert found == {
        frozenset({Anchor("f", "exact", "averyrareword")}),
        frozenset({Anchor("", "contains", "word")}),
    }
    (found,) = needs({"s": {"f": "averyrareword"}, "k": ["word"], "condition": "s or k"})
    assert found == {frozenset({Anchor("f", "exact", "averyrareword"), Anchor("", "contains", "word")})}


def test_what_is_negated_gives_no_needs() -> None:
    assert needs({"s": {"f": "x"}, "condition": "not s"}, {"s": {"f": None}}) == [set(), set()]
