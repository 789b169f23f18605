"""Candidates: masks of values, what they decide, and the values that must not be mixed up."""

from typing import Any

from tests.conformance.sigma.rules import event, rule_text, ruleset

from keng.detect.sigma.candidates import NOTHING, Candidates
from keng.detect.sigma.program import Program


def candidates(detection: dict[str, Any]) -> Candidates:
    program = Program(ruleset(rule_text(detection)).rules)
    made = Candidates(program, [program.part(rule) for rule in range(len(program.rules))], {})
    made.prepare()
    return made


def masks_of(made: Candidates, values: list[Any]) -> tuple[tuple[int, ...], int]:
    return made.masks(values, made.known_masks(values))


def test_masks_are_remembered_and_decide_once() -> None:
    made = candidates({"s": {"f": "a", "g": "b"}})
    masks, added = masks_of(made, ["A", "B"])
    assert added > 0
    assert made.known_masks(["A", "B"]) == masks
    assert masks_of(made, ["A", "B"]) == (masks, 0)
    (match,) = made.decide(masks).matches
    assert match.fields == ("f", "g")
    assert made.decide(masks_of(made, ["a", None])[0]) is NOTHING


def test_true_one_and_their_float_are_kept_apart() -> None:
    made = candidates({"s": {"f": True}})
    assert made.decide(masks_of(made, [True])[0]).matches
    for value in (1, 1.0, "1"):
        assert not made.decide(masks_of(made, [value])[0]).matches


def test_lists_and_long_texts_are_never_cached() -> None:
    made = candidates({"s": {"f|contains": "x"}})
    assert masks_of(made, [["x"]])[1] == 0
    assert masks_of(made, ["x" * 5000])[1] == 0


def test_what_needs_the_event_is_left_over_and_settled_in_order() -> None:
    made = candidates({"s": {"f": "a", "g|fieldref": "f"}})
    outcome = made.decide(masks_of(made, ["a"])[0])
    assert not outcome.matches
    (residue,) = outcome.residues
    assert residue.number == 0
    (found,) = made.settle(outcome, event({"f": "a", "g": "A"}))
    assert found.matched == {"f": "a", "g": "A"}
    assert made.settle(outcome, event({"f": "a", "g": "b"})) == []


def test_the_first_events_are_decided_without_tables_and_alike() -> None:
    made = candidates(
        {"s": {"f|endswith": ["a", "b"], "g": 1}, "n": {"h|exists": True}, "condition": "s and not n"}
    )
    for fields in (
        {"f": "xA", "g": "1"},
        {"f": ["x", "b"], "g": 1},
        {"f": "a", "g": True},
        {"g": 1},
        {"f": "a", "g": 1, "h": 0},
    ):
        one = event(fields)
        masks, _ = masks_of(made, [one.fields.get(name) for name in made.fields])
        tables = [(found.rule.id, found.matched) for found in made.settle(made.decide(masks), one)]
        assert [(found.rule.id, found.matched) for found in made.settle(made.first(one), one)] == tables
