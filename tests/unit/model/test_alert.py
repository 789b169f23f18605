"""Texts of an alert."""

from keng.model.alert import Alert
from keng.model.detection import RuleInfo
from keng.model.severity import Severity


def test_titles_and_texts_are_translated_where_the_rule_has_them() -> None:
    rule = RuleInfo("r", "T", Severity.LOW, description="D", texts={"vi": {"title": "V", "advice": "A"}})
    alert = Alert(1, "k", rule, Severity.LOW, "bv", "s", "h", 0, 0, 0, 0)
    assert (alert.title("vi"), alert.title("en")) == ("V", "T")
    assert (alert.text("vi", "advice"), alert.text("en", "advice")) == ("A", "")
    assert alert.text("vi", "description") == "D"
