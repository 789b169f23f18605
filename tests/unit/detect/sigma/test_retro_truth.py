"""True and false are final; what the store's text cannot tell stays open."""

from keng.detect.sigma.program import AND, ATLEAST, NOT, OR, Leaf
from keng.detect.sigma.retro_truth import FieldProbe, all_of, any_of, truth_of
from keng.detect.sigma.rule import (
    MANY,
    Cidr,
    Compare,
    Exists,
    FieldRef,
    Item,
    Matcher,
    Null,
    Number,
    Regex,
    Text,
)
from keng.model.probe import NO, PERHAPS, YES, Answer


def _probe(*matchers: Matcher, field: str = "f") -> FieldProbe:
    return FieldProbe(field, [Leaf(0, Item(field, (matchers,)))])


def test_a_found_literal_is_true_and_one_not_found_is_false() -> None:
    probe = _probe(Text((MANY, "abc", MANY)), Text((MANY, "def", MANY)))
    assert len(probe.probe.patterns) == 2 and set(probe.probe.meanings) == {1}
    assert probe.read(Answer((1,)))[0] is True
    assert probe.read(Answer())[0] is False


def test_in_a_text_of_many_lines_a_place_is_open_but_a_part_is_not() -> None:
    assert _probe(Text((MANY, "abc"))).read(Answer((1,), lines=True))[0] is None
    assert _probe(Text((MANY, "abc"))).read(Answer(lines=True))[0] is False
    assert _probe(Text((MANY, "abc", MANY))).read(Answer((1,), lines=True))[0] is True


def test_odd_values_are_open_whatever_was_found() -> None:
    assert _probe(Text((MANY, "abc", MANY))).read(Answer(odd=True))[0] is None


def test_an_absent_value_is_false_but_for_what_asks_for_none() -> None:
    assert _probe(Text(("abc",))).read(Answer(empty=True))[0] is False
    assert _probe(Text(("abc",)), Null()).read(Answer(empty=True))[0] is None
    assert _probe(Text(())).read(Answer(empty=True))[0] is None
    assert _probe(Exists(True)).read(Answer(empty=True))[0] is None
    assert _probe(Exists(False)).read(Answer())[0] is False


def test_checks_say_yes_no_or_perhaps() -> None:
    for matcher in (Number(5), Compare("gt", 5), Cidr("10.0.0.0/8"), FieldRef("g")):
        probe = _probe(matcher)
        assert len(probe.probe.checks) == 1
        assert [probe.read(Answer((), (check,)))[0] for check in (NO, YES, PERHAPS)] == [False, True, None]


def test_an_expression_says_nothing_of_letters_beyond_ascii() -> None:
    probe = _probe(Regex("ab+c"))
    assert probe.read(Answer(foreign=True))[0] is None
    assert probe.read(Answer((1,)))[0] is True


def test_keywords_are_never_true_before_the_event_is_seen() -> None:
    probe = _probe(Text((MANY, "abc", MANY)), field="")
    assert probe.read(Answer((1,)))[0] is None and probe.read(Answer())[0] is False


def test_three_values_are_joined_as_two_would_be() -> None:
    assert all_of([True, None]) is None and all_of([None, False]) is False and all_of([True]) is True
    assert any_of([False, None]) is None and any_of([None, True]) is True and any_of([]) is False
    leaves = {1: True, 2: False, 3: None}
    assert truth_of((AND, (1, (NOT, 2))), leaves) is True
    assert truth_of((AND, (2, 3)), leaves) is False
    assert truth_of((OR, (2, 3)), leaves) is None
    assert truth_of((ATLEAST, 2, (1, 2, 3)), leaves) is None
    assert truth_of((ATLEAST, 1, (1, 3)), leaves) is True
    assert truth_of((ATLEAST, 3, (1, 2, 3)), leaves) is False
    assert truth_of(9, leaves) is None
