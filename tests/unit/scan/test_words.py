"""Words in the reader's language."""

from keng.i18n import using
from keng.model.detection import RuleInfo
from keng.model.severity import Severity
from keng.scan.attack import TACTICS
from keng.scan.words import decimal, in_order, rule_title, severity_word, tactic_word


def test_severities_and_tactics_have_both_languages() -> None:
    with using("vi"):
        assert severity_word(Severity.CRITICAL) == "Nghiêm trọng"
        vietnamese = [tactic_word(tactic) for tactic in TACTICS]
    with using("en"):
        assert severity_word(Severity.CRITICAL) == "Critical"
        english = [tactic_word(tactic) for tactic in TACTICS]
    assert len(set(vietnamese)) == len(set(english)) == len(TACTICS)
    assert not set(vietnamese) & set(english)
    assert tactic_word("other") == "other"


def test_a_rule_has_its_title_in_the_readers_language_where_there_is_one() -> None:
    texts = {"vi": {"title": "Luật"}}
    rule = RuleInfo("id", "Rule", Severity.LOW, texts=texts)
    with using("vi"):
        assert rule_title(rule) == "Luật"
    with using("en"):
        assert rule_title(rule) == "Rule"


def test_tactics_keep_the_order_of_attack() -> None:
    assert in_order({"impact": 1, "execution": 2}) == [("execution", 2), ("impact", 1)]


def test_decimals_have_the_comma_of_vietnamese() -> None:
    with using("vi"):
        assert decimal(2) == "2,0"
    with using("en"):
        assert decimal(1234.56) == "1234.6"
