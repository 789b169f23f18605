"""A scan with the sieve finds and counts what a scan without it does."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.evtx_writer import evtx_file, sysmon_start

from keng.detect.sigma import Engine, RuleSet
from keng.detect.sigma.load import load_rules
from keng.formats.base import Sifted
from keng.model.detection import Detection
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.resources import rules_dir
from keng.scan.detector import FileDetector
from keng.scan.run import Scan
from keng.scan.sieve import FileSieve
from keng.scan.summary import Summary


class Found:
    """Keeps what is found and told."""

    def __init__(self) -> None:
        self.all: list[tuple[Any, ...]] = []
        self.told: list[tuple[str, str]] = []

    def take(self, found: Detection) -> None:
        event = found.event
        self.all.append((found.rule.id, event.source, event.offset, event.fields, event.raw, found.matched))

    def problem(self, where: str, problem: Rejected) -> None:
        self.told.append((where, problem.position))

    def advanced(self, done_bytes: int, summary: Summary) -> None:
        pass


class LetsAllThrough(FileSieve):
    """None."""

    def sift(self, entries: Sequence[bytes]) -> Sifted:
        return Sifted(list(range(len(entries))), {})


def scanned(paths: list[Path], rules: RuleSet, sift: bool, beside: int = 0) -> tuple[Found, Summary]:
    detector = FileDetector(rules)
    sieve: Any = detector.side_sieves(beside) if sift else LetsAllThrough(Engine(rules))
    found = Found()
    scan = Scan(detector, [found], found, Severity.INFORMATIONAL, sieve=sieve)
    summary = scan.run([str(path) for path in paths])
    if sift:
        sieve.close()
    return found, summary


def same(paths: list[Path], rules: list[Path]) -> Summary:
    """What a scan without a sieve finds, one with it finds, and one with two processes beside."""
    loaded = load_rules(rules)
    other, plain = scanned(paths, loaded, sift=False)
    for beside in (0, 2):
        one, summary = scanned(paths, loaded, True, beside)
        assert one.all == other.all and one.told == other.told
        assert (summary.events, summary.formats, summary.problems) == (
            plain.events,
            plain.formats,
            plain.problems,
        )
        assert (summary.unreadable, summary.detections) == (plain.unreadable, plain.detections)
    return plain


def test_files_of_all_kinds_give_the_same(tmp_path: Path, rules_file: Path) -> None:
    events = [sysmon_start(n, command="powershell -enc AA" if n % 50 == 3 else "cmd") for n in range(300)]
    (tmp_path / "a.evtx").write_bytes(evtx_file(events))
    lines = [
        json.dumps({"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "UtcTime": "x",
                    "CommandLine": f"powershell -enc {n}" if n % 40 == 7 else "cmd", "n": n})
        for n in range(400)
    ]  # fmt: skip
    lines[20] = "broken {"
    lines[30] = (
        '{"message":"May  1 05:00:01 srv sshd[1]: Failed password for root from 10.0.0.9 port 5 ssh2"}'
    )
    (tmp_path / "b.json").write_text("\n".join(lines))
    summary = same([tmp_path], [rules_file])
    assert summary.events == 699 and summary.detections > 15 and summary.problems == 2  # and rules.yml


def test_what_comes_before_a_cut_or_a_wrong_sum_is_not_lost(tmp_path: Path, rules_file: Path) -> None:
    line = (
        b'{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","UtcTime":"x","CommandLine":"%s"}\n'
    )
    packed = gzip.compress(line % b"p -enc A" + line % b"cmd")
    evtx = gzip.compress(evtx_file([sysmon_start(n, command="p -enc A") for n in range(9)]))
    for name, data in (("a.json.gz", packed), ("b.evtx.gz", evtx)):
        (tmp_path / name).write_bytes(data[:-8] + bytes(8))
    summary = same([tmp_path], [rules_file])
    assert summary.events == 11 and summary.detections == 10 and summary.problems == 3  # and rules.yml


def test_damaged_evtx_is_counted_once(tmp_path: Path, rules_file: Path) -> None:
    data = bytearray(evtx_file([sysmon_start(n, command="powershell -enc AA") for n in range(200)]))
    data[4096 + 3000] ^= 0xFF
    (tmp_path / "a.evtx").write_bytes(data)
    assert same([tmp_path], [rules_file]).problems


def test_a_quiet_file_is_not_read_event_by_event(rules_file: Path) -> None:
    sieve = FileDetector(load_rules([rules_file])).sieve()
    line = b'{"EventID":5,"Channel":"Microsoft-Windows-Sysmon/Operational","UtcTime":"x","Image":"a"}'
    assert sieve.sift([line] * 5 + [b"other"]) == Sifted([5], {"windows_flat": 5})


@pytest.mark.shared
def test_real_samples_give_the_same(shared_data: Path) -> None:
    paths = [shared_data / "evtx-attack-samples", *sorted((shared_data / "otrf").rglob("*.zip"))[:6]]
    rules = [shared_data / "sigma" / "rules" / "windows" / "process_creation", rules_dir()]
    assert same(paths, rules).detections > 100


def test_a_sieve_is_made_of_the_detectors_engine(rules_file: Path) -> None:
    assert isinstance(FileDetector(load_rules([rules_file])).sieve(), FileSieve)
