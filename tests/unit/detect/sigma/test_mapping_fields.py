"""What the mapping gives: our own rules live by it, and what it is not asked about is not judged."""

from keng.detect.sigma.mapping_fields import mapped_fields
from keng.detect.sigma.rule import RuleSource


def test_categories_of_windows_are_known_and_its_services_are_not() -> None:
    fields = mapped_fields(RuleSource("process_creation", "windows"))
    assert fields is not None
    assert all(name in fields for name in ("Image", "CommandLine", "ParentImage", "EventID"))
    assert "TargetObject" not in fields
    assert mapped_fields(RuleSource("process_creation", "linux")) is not None
    assert mapped_fields(RuleSource(product="windows", service="security")) is None
