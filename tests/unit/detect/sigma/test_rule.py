"""Parts of rules can be stored and compared."""

import msgspec
from tests.conformance.sigma.rules import rule_text, ruleset

from keng.detect.sigma.rule import MANY, And, Cidr, Item, Not, Ref, Rule, Text


def test_a_rule_survives_its_stored_form() -> None:
    detection = {
        "s": {"f|contains|all": ["a", "b"], "g|cidr": "10.0.0.0/8", "h|exists": True},
        "k": ["x", {"y": None}],
    }
    (rule,) = ruleset(rule_text({**detection, "condition": "s and not k"})).rules
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(rule), type=Rule) == rule


def test_equal_parts_are_equal_keys() -> None:
    one, two = (Item("f", ((Text(("a", MANY)), Cidr("10.0.0.0/8")),)) for _ in range(2))
    assert len({And((one, Not(Ref("x")))), And((two, Not(Ref("x"))))}) == 1
