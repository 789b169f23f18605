"""Programs: shared leaves and trees."""

from tests.conformance.sigma.rules import rule_text, ruleset

from keng.detect.sigma.program import AND, ATLEAST, NOT, OR, Program, holds, leaves_of, reasons, simplify


def test_equal_items_of_different_rules_are_one_leaf() -> None:
    rules = ruleset(
        rule_text({"s": {"f": "a"}}, title="1")
        + "---\n"
        + rule_text({"x": {"f": "a", "g|neq": 2}}, title="2")
    )
    program = Program(rules.rules)
    assert len(program.leaves) == 2
    assert program.trees == [0, (AND, (0, (NOT, 1)))]


def test_trees_are_simplified_with_what_is_known() -> None:
    tree = (AND, (0, (OR, (1, (NOT, 2)))))
    assert simplify(tree, {0: False}) is False
    assert simplify(tree, {0: True, 2: False}) is True
    assert simplify(tree, {0: True}) == (OR, (1, (NOT, 2)))
    assert simplify((ATLEAST, 2, (0, 1, 2)), {0: True}) == (ATLEAST, 1, (1, 2))
    assert simplify((ATLEAST, 3, (0, 1, 2)), {0: False}) is False
    assert simplify((ATLEAST, 1, (0, 1)), {0: True}) is True


def test_simplifying_changes_no_truth() -> None:
    tree = (OR, ((AND, (0, (NOT, 1))), (ATLEAST, 2, (1, 2, 3)), (NOT, (OR, (0, 3)))))
    for bits in range(16):
        truth = {number: bool(bits >> number & 1) for number in range(4)}
        for known in range(16):
            part = {number: truth[number] for number in range(4) if known >> number & 1}
            assert holds(simplify(tree, part), truth.__getitem__) == holds(tree, truth.__getitem__)


def test_reasons_are_true_leaves_of_what_holds() -> None:
    tree = (OR, ((AND, (0, 1)), 2, (NOT, 3)))
    truth = {0: True, 1: False, 2: True, 3: False}
    assert list(reasons(tree, truth.__getitem__)) == [2]
    assert sorted(leaves_of(tree)) == [0, 1, 2, 3]


def test_a_part_tells_leaves_of_fields_from_those_of_the_whole_event() -> None:
    program = Program(
        ruleset(rule_text({"s": {"f": "a", "g|exists": True}, "k": ["w"], "condition": "s and not k"})).rules
    )
    part = program.part(0)
    assert part is program.part(0)
    assert [program.leaves[number].field for number in part.fields] == ["f"]
    assert [program.leaves[number].field for number in part.whole] == ["g", ""]
    assert program.numbers[0] == part.fields + part.whole
