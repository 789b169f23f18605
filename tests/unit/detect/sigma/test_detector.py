"""The detector: watermark, plain rules at once, state (behaviour is in tests/conformance/sigma)."""

from tests.conformance.sigma.rules import rule_text, ruleset

from keng.detect.sigma import Detector
from keng.model.event import Event, LogSource

RULES = ruleset(rule_text({"s": {"f": 1}}))


def at(second: int) -> Event:
    return Event({"f": 1}, LogSource("test"), time_us=second * 1_000_000, id=str(second))


def test_plain_rules_need_no_correlation() -> None:
    detector = Detector(RULES)
    assert [detection.event.id for detection in detector.feed([at(1), at(2)])] == ["1", "2"]
    assert detector.flush() == []


def test_a_saved_state_is_taken_up_by_a_detector_with_other_rules() -> None:
    other = Detector(ruleset(rule_text({"s": {"f": 2}})))
    other.restore(Detector(RULES).save())
    assert other.watermark_us == 0


def test_the_watermark_follows_time_and_never_goes_back() -> None:
    correlation = (
        "---\ntitle: c\ncorrelation: {type: event_count, rules: [a], timespan: 1m, condition: {gte: 9}}\n"
    )
    detector = Detector(ruleset(rule_text({"s": {"f": 1}}, name="a") + correlation))
    detector.feed([at(9), at(3)])
    assert detector.watermark_us == 9_000_000
    detector.tick(5_000_000)
    assert detector.watermark_us == 9_000_000
    detector.tick(11_000_000)
    assert detector.watermark_us == 11_000_000
