"""What the mapping gives: our own rules live by it, and what it is not asked about is not judged."""

from keng.detect.sigma.mapping_fields import mapped_fields
from keng.detect.sigma.rule import RuleSource


def test_categories_of_windows_are_known_and_nothing_else() -> None:
    fields = mapped_fields(RuleSource("process_creation", "windows"))
    assert fields is not None
    assert {"Image", "CommandLine", "ParentImage", "EventID"} <= fields
    assert "TargetObject" not in fields
    assert mapped_fields(RuleSource("process_creation", "linux")) is None
    assert mapped_fields(RuleSource(product="windows", service="security")) is None
