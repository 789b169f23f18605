"""A detection can be stored and read back with its rule, event and reasons."""

import msgspec

from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event, LogSource
from keng.model.severity import Severity


def test_a_detection_is_the_same_after_encoding() -> None:
    rule = RuleInfo("id", "Title", Severity.HIGH, texts={"vi": {"title": "Tiêu đề"}})
    made = Detection(rule, Event({"a": 1}, LogSource("linux")), {"a": 1}, ("e1",), {"User": "an"})
    assert msgspec.json.decode(msgspec.json.encode(made), type=Detection) == made
