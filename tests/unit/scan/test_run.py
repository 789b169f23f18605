"""The scan itself."""

from pathlib import Path

import pytest
from tests.evtx_writer import evtx_file, sysmon_start

from keng.detect.sigma.load import load_rules
from keng.model.detection import Detection
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.scan.detector import FileDetector
from keng.scan.run import Scan
from keng.scan.summary import Summary


class Heard:
    """Keeps what the scan says."""

    def __init__(self) -> None:
        self.problems: list[tuple[str, str]] = []
        self.done = 0
        self.found: list[Detection] = []

    def problem(self, where: str, problem: Rejected) -> None:
        self.problems.append((where, problem.position))

    def advanced(self, done_bytes: int, summary: Summary) -> None:
        assert done_bytes >= self.done
        self.done = done_bytes

    def take(self, found: Detection) -> None:
        self.found.append(found)


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "logs"
    folder.mkdir()
    events = [sysmon_start(n, command="powershell -enc AA" if n == 3 else "cmd") for n in range(6)]
    (folder / "a.evtx").write_bytes(evtx_file(events, first=100))
    (folder / "b.txt").write_text("not a log at all\n")
    line = "May  1 05:00:0{} srv sshd[1]: Failed password for root from 10.0.0.9 port 5 ssh2\n"
    (folder / "auth.log").write_text("".join(line.format(n) for n in range(4)) + "nonsense\n")
    return folder


def run(rules_file: Path, level: Severity = Severity.INFORMATIONAL) -> tuple[Summary, Heard]:
    heard = Heard()
    summary = Scan(FileDetector(load_rules([rules_file])), [heard], heard, level).run(["logs", "absent"])
    return summary, heard


def test_every_file_is_scanned_and_every_damage_told(logs: Path, rules_file: Path) -> None:
    summary, heard = run(rules_file)
    assert [(found.rule.title, found.event.source, found.event.offset) for found in heard.found] == [
        ("Encoded command", "logs/a.evtx", 103),
        ("Passwords guessed", "logs/auth.log", 3),
    ]
    assert heard.problems == [("logs/auth.log", "line 5"), ("logs/b.txt", "byte 0"), ("absent", "")]
    assert (summary.files, summary.events, summary.problems, summary.unreadable) == (3, 10, 3, 1)
    assert heard.done == summary.bytes and summary.formats == {"evtx": 6, "syslog_rfc3164": 4}


def test_what_is_below_the_level_is_left_out(logs: Path, rules_file: Path) -> None:
    summary, heard = run(rules_file, Severity.HIGH)
    assert [found.rule.title for found in heard.found] == ["Encoded command"]
    assert summary.detections == 1
