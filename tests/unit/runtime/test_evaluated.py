from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event, LogSource
from keng.model.severity import Severity
from keng.runtime.evaluated import detection, found

INFO = RuleInfo("r", "Rule", Severity.HIGH)


def test_detections_travel_whole_also_with_what_is_no_unicode_and_beyond_64_bits() -> None:
    source = LogSource("windows", "", ("process_creation",))
    for value in ("x", ["a", 1, None, 1.5, True], "\ud800", 1 << 80, ["\udfff"]):
        event = Event({"f": value}, source, 5, "h", raw=str(value), id="00" * 16, received_us=7)
        sent = Detection(INFO, event, {"f": value}, (event.id,))
        one = found(3, 0, sent)
        assert (one.before_us, one.rule) == (3, 0)
        again = detection(one, [INFO])
        assert again == sent
        assert type(again.event.logsource) is LogSource
        assert again.event.logsource.categories == ("process_creation",)
