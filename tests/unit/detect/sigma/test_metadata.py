"""Typed keys (refusals are in tests/conformance/sigma/test_rules_and_filters.py)."""

from tests.conformance.sigma.rules import rule_text, ruleset

from keng.model.severity import Severity


def test_a_rule_without_id_gets_one_that_stays() -> None:
    first, second = (ruleset(rule_text({"s": {"f": 1}})).rules[0].info.id for _ in range(2))
    assert first == second
    assert len(first) == 36
    assert ruleset(rule_text({"s": {"f": 1}}, name="mine")).rules[0].info.id == "mine"


def test_optional_keys_have_defaults_and_ids_are_lower_case() -> None:
    text = rule_text({"s": {"f": 1}}, id="0E95725D-7320-415D-80F7-004DA920FC11", falsepositives="Unlikely")
    info = ruleset(text).rules[0].info
    assert info.id == "0e95725d-7320-415d-80f7-004da920fc11"
    assert info.severity is Severity.MEDIUM
    assert info.falsepositives == ("Unlikely",)
