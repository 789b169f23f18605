"""Rules over files: plain ones at once, correlations in the order of time."""

from pathlib import Path

from keng.detect.sigma.load import load_rules
from keng.model.event import Event, LogSource
from keng.scan.detector import FileDetector

SSHD = LogSource("linux", "sshd")


def refused(number: int, second: int, address: str = "10.0.0.9") -> Event:
    fields = {"outcome": "failure", "src_ip": address}
    return Event(fields, SSHD, time_us=second * 1_000_000, id=f"{number:032x}", raw="text")


def titles(found: list) -> list[str]:  # type: ignore[type-arg]
    return [each.rule.title for each in found]


def test_files_may_come_in_any_order_of_time(rules_file: Path) -> None:
    detector = FileDetector(load_rules([rules_file]))
    assert titles(detector.feed([refused(1, 1000), refused(2, 1010)])) == []
    assert titles(detector.feed([refused(3, 20), refused(4, 990)])) == []
    found = detector.flush()
    assert titles(found) == ["Passwords guessed"]
    assert len(found[0].event_ids) == 3


def test_memory_is_bounded_and_a_log_in_order_loses_nothing(rules_file: Path) -> None:
    detector = FileDetector(load_rules([rules_file]), pending=100)
    found = []
    for start in range(0, 3000, 50):
        found += detector.feed(
            [refused(start + n, (start + n) * 400, f"10.0.{(start + n) // 3}.1") for n in range(50)]
        )
        assert len(detector._correlator.pending) <= 150
    found += detector.flush()
    assert found == []
    for number in range(900):
        found += detector.feed([refused(number, number * 10, f"10.1.{number // 3}.1")])
    found += detector.flush()
    assert len(found) == 300


def test_plain_rules_are_found_at_once(rules_file: Path) -> None:
    detector = FileDetector(load_rules([rules_file]))
    event = Event({"CommandLine": "x -enc y"}, LogSource("windows", "sysmon", ("process_creation",)))
    assert titles(detector.feed([event])) == ["Encoded command"]
