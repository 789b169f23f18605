"""Masks: one bit a leaf, and which values may stand for all that equal them."""

from tests.conformance.sigma.rules import rule_text, ruleset

from keng.detect.sigma.masks import MAX_CACHED_TEXT, FieldMask
from keng.detect.sigma.program import Program


def mask_of(*values: object) -> FieldMask:
    program = Program(ruleset("---\n".join(rule_text({"s": {"f": value}}) for value in values)).rules)
    mask = FieldMask()
    assert [mask.add(leaf) for leaf in program.leaves] == [1 << n for n in range(len(values))]
    return mask


def test_each_leaf_has_its_bit() -> None:
    mask = mask_of("a", "A*", None, 5)
    assert mask.null == 4
    assert mask.mask(None) == 4
    assert mask.mask("a") == 3
    assert mask.mask("AB") == 2
    assert mask.mask(5) == mask.mask("5") == 8
    assert mask.mask(["ab", 5]) == 10


def test_equal_keys_are_cached_only_if_they_mean_the_same() -> None:
    mask = mask_of(True)
    assert not mask.may_cache(1, mask.mask(1))
    assert mask_of("x").may_cache(1, 0)
    assert mask.may_cache(7, 0)
    assert mask.may_cache("text", 0)
    assert not mask.may_cache("x" * (MAX_CACHED_TEXT + 1), 0)
    assert not mask.may_cache(float("nan"), 0)
    assert not mask.may_cache(10**20, 0)
