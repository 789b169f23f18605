"""Samples in our form and in SigmaHQ's, and single events in every form that the bench is given."""

from pathlib import Path

import orjson
import pytest

from keng.resources import rules_dir
from keng.rulebench.samples import Sample, SampleError, event_of, events_in, samples_under, steps

EVENT = {
    "Event": {
        "System": {
            "Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon"}}, "EventID": 1,
            "Channel": "Microsoft-Windows-Sysmon/Operational", "Computer": "PC1",
            "TimeCreated": {"#attributes": {"SystemTime": "2026-01-01T10:00:00Z"}},
        },
        "EventData": {"Image": "C:\\a.exe"},
    }
}  # fmt: skip


def test_every_sample_of_ours_is_read() -> None:
    found = list(samples_under(rules_dir() / "samples"))
    assert len(found) > 500 and all(isinstance(one, Sample) and one.events for one in found)


def test_regression_data_of_sigmahq_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(orjson.dumps(EVENT))
    (tmp_path / "info.yml").write_text(
        "rule_metadata:\n  - id: r1\nregression_tests_info:\n  - type: json\n    match_count: 2\n    path: x/y/a.json\n"
    )
    (found,) = samples_under(tmp_path)
    assert isinstance(found, Sample)
    assert (found.rule_id, found.must, found.least, len(found.events)) == ("r1", True, 2, 1)
    assert found.events[0].fields["Image"] == "C:\\a.exe"


def test_a_damaged_sample_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    good = {"rule": "r", "match": [{"logsource": {"product": "linux"}, "event": {"a": 1}}]}
    (tmp_path / "good.json").write_bytes(orjson.dumps(good))
    errors = [one for one in samples_under(tmp_path) if isinstance(one, SampleError)]
    samples = [one for one in samples_under(tmp_path) if isinstance(one, Sample)]
    assert len(errors) == 1 and "bad.json" in str(errors[0]) and len(samples) == 1


def test_repetitions_vary_and_move_in_time() -> None:
    step = {
        "time": "2026-01-01T00:00:00Z", "logsource": {"product": "windows"}, "event": {"a": 1},
        "repeat": {"count": 3, "step_seconds": 2, "vary": {"n": "{n}", "t": "x{n}"}},
    }  # fmt: skip
    found = steps(step)
    assert [event.fields["n"] for event in found] == [1, 2, 3] and found[2].fields["t"] == "x3"
    assert found[1].time_us - found[0].time_us == 2_000_000
    assert len({event.id for event in found}) == 3


def test_an_event_is_taken_in_every_form() -> None:
    ours = event_of(orjson.dumps({"logsource": {"product": "linux", "service": "auditd"}, "event": {"a": 1}}))
    assert ours.logsource.service == "auditd" and ours.fields == {"a": 1}
    log = event_of(orjson.dumps(EVENT))
    assert log.fields["EventID"] == 1
    stored = event_of(
        orjson.dumps(
            {"parsed": True, "product": "windows", "categories": ["x"], "fields": {"a": "1"}, "id": "f" * 32}
        )
    )
    assert stored.fields == {"a": "1"} and stored.logsource.categories == ("x",)
    with pytest.raises(SampleError):
        event_of(b"\x00\x01")


def test_a_file_of_events_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(orjson.dumps(EVENT) + b"\n" + orjson.dumps(EVENT) + b"\n")
    assert len(events_in(tmp_path / "a.jsonl")) == 2


def test_a_path_that_is_not_there_is_an_error_and_not_an_empty_success(tmp_path: Path) -> None:
    (one,) = samples_under(tmp_path / "nowhere")
    assert isinstance(one, SampleError) and "nowhere" in str(one)
