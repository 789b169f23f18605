"""Totals."""

from keng.model.severity import Severity
from keng.scan.summary import Summary


def test_counts_by_rule_host_tactic_and_severity(detection) -> None:  # type: ignore[no-untyped-def]
    summary = Summary()
    summary.add(detection(time_us=5))
    summary.add(detection(time_us=3, host="pc-02"))
    summary.add(detection(rule_id="x", title="Other", severity=Severity.CRITICAL, tags=()))
    assert summary.detections == 3 and summary.severities[Severity.HIGH] == 2
    rule_id, entry = summary.top_rules()[1]
    assert (entry.count, entry.first_us, entry.last_us, len(entry.hosts)) == (2, 3, 5, 2)
    assert summary.top_rules()[0][0] == "x" and rule_id.startswith("1111")
    assert summary.hosts == {"pc-01": 2, "pc-02": 1} and summary.tactics == {"execution": 2}


def test_hosts_are_bounded(detection) -> None:  # type: ignore[no-untyped-def]
    summary = Summary()
    for number in range(20_100):
        summary.add(detection(host=str(number)))
    assert len(summary.hosts) == 20_000
    assert len(next(iter(summary.rules.values())).hosts) == 100
