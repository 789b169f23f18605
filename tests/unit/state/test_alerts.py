"""Recording detections into alerts and working the queue."""

from typing import Any

import pytest

from keng.model.alert import AlertStatus, Disposition
from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event, LogSource
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.model.user import Actor
from keng.state import alerts, audit
from keng.state.alerts import AlertFilter
from keng.state.database import State

NOW = 1_790_000_000_000_000
HOUR = 3_600_000_000
BY = Actor("lan", "10.0.0.9")
ALL = AlertFilter()


def detection(event_id: str, **given: Any) -> Detection:
    event = Event(
        fields={"User": given.get("user", "an.nv"), "CommandLine": "vssadmin delete shadows"},
        logsource=LogSource("windows", "sysmon", ("process_creation",)),
        time_us=given.get("time_us", NOW),
        host=given.get("host", "PC-01"),
        id=event_id,
        agency=given.get("agency", "bv"),
        source=given.get("source", "bv-win"),
    )
    rule = RuleInfo(given.get("rule", "r1"), "Shadow copies deleted", given.get("severity", Severity.HIGH))
    return Detection(
        rule, event, {"CommandLine": "vssadmin delete shadows"}, (event_id,), given.get("group", {})
    )


def test_detections_of_one_rule_on_one_host_join_one_alert(state: State, province: object) -> None:
    with state.write() as conn:
        first = alerts.record_detections(conn, [detection("e1"), detection("e2", user="binh.tv")], NOW)
        later = alerts.record_detections(conn, [detection("e3", time_us=NOW + HOUR // 2)], NOW)
    assert [(change.kind, change.alert.count) for change in first] == [("new", 2)]
    assert [(change.kind, change.alert.count) for change in later] == [("grown", 3)]
    with state.read() as conn:
        (stored,) = alerts.alerts(conn, ALL, None)
    assert stored == later[0].alert
    assert (stored.system, stored.level, stored.users) == ("his", 3, ("an.nv", "binh.tv"))
    assert (stored.first_us, stored.last_us) == (NOW, NOW + HOUR // 2)
    assert [sample.event_id for sample in stored.samples] == ["e1", "e2", "e3"]
    assert stored.samples[0].matched == {"CommandLine": "vssadmin delete shadows"}


def test_work_done_again_after_a_crash_counts_nothing_twice(state: State, province: object) -> None:
    batch = [detection(f"e{number}") for number in range(1200)]
    with state.write() as conn:
        alerts.record_detections(conn, batch[:700], NOW)
    with state.write() as conn:
        again = alerts.record_detections(conn, [*batch, *batch], NOW)
    assert [change.alert.count for change in again] == [1200]
    with state.write() as conn:
        assert alerts.record_detections(conn, batch, NOW) == []


def test_the_cut_into_batches_changes_nothing(state: State, province: object) -> None:
    batch = [detection(f"e{n}", time_us=NOW + n * HOUR // 3, host=f"PC-{n % 3}") for n in range(40)]
    with state.write() as conn:
        alerts.record_detections(conn, batch, NOW)
        at_once = [(a.host, a.count, a.first_us, a.last_us) for a in alerts.alerts(conn, ALL, None)]
        for table in (alerts.table, alerts.counted):
            conn.execute(table.delete())
        for one in batch:
            alerts.record_detections(conn, [one], NOW)
        one_by_one = [(a.host, a.count, a.first_us, a.last_us) for a in alerts.alerts(conn, ALL, None)]
    assert sorted(at_once) == sorted(one_by_one)


def test_a_rule_that_reaches_a_second_agency_raises_the_first_ones_priority(
    state: State, province: object
) -> None:
    with state.write() as conn:
        (before,) = alerts.record_detections(conn, [detection("e1")], NOW)
        changes = alerts.record_detections(conn, [detection("e2", agency="so", source="so-win")], NOW)
    assert {change.alert.agency: (change.kind, change.alert.spread) for change in changes} == {
        "bv": ("grown", 2),
        "so": ("new", 2),
    }
    (raised,) = (change.alert for change in changes if change.alert.agency == "bv")
    assert raised.priority > before.alert.priority


def test_an_agency_never_sees_anothers_alerts(state: State, province: object) -> None:
    with state.write() as conn:
        alerts.record_detections(conn, [detection("e1"), detection("e2", agency="so", source="so-win")], NOW)
    with state.read() as conn:
        own = frozenset({"so"})
        (seen,) = alerts.alerts(conn, ALL, own)
        assert seen.agency == "so"
        assert alerts.count_alerts(conn, ALL, own) == 1
        assert alerts.alerts(conn, AlertFilter(agency="bv"), own) == []
        (others,) = alerts.alerts(conn, AlertFilter(agency="bv"), None)
        assert alerts.alert(conn, others.id, own) is None
        assert alerts.alert(conn, others.id, None) == others
        assert alerts.open_alerts_by_agency(conn, own) == {"so": {Severity.HIGH: 1}}
        assert alerts.alerts(conn, ALL, frozenset()) == []


def test_an_alert_is_taken_closed_with_a_reason_and_reopened(state: State, province: object) -> None:
    with state.write() as conn:
        (change,) = alerts.record_detections(conn, [detection("e1")], NOW)
        number = change.alert.id
        taken = alerts.assign(conn, number, "lan", BY, NOW + 1)
        refused = alerts.close(conn, number, Disposition.BENIGN, "  ", BY, NOW + 2)
        closed = alerts.close(conn, number, Disposition.BENIGN, "backup job", BY, NOW + 3)
        twice = alerts.close(conn, number, Disposition.BENIGN, "backup job", BY, NOW + 4)
        late = alerts.record_detections(conn, [detection("e2")], NOW + 5)
        next_one = alerts.record_detections(conn, [detection("e3", time_us=NOW + 60)], NOW + 6)
        opened = alerts.reopen(conn, number, "it was not the backup", BY, NOW + 7)
        log = [entry.action for entry in audit.entries(conn, target=f"alert:{number}")]
    assert not isinstance(taken, Rejected) and taken.alert.status is AlertStatus.IN_PROGRESS
    assert isinstance(refused, Rejected) and "why" in refused.reason
    assert not isinstance(closed, Rejected) and closed.alert.disposition is Disposition.BENIGN
    assert isinstance(twice, Rejected)
    assert [(c.kind, c.alert.id, c.alert.status) for c in late] == [("grown", number, AlertStatus.CLOSED)]
    assert [(c.kind, c.alert.id != number) for c in next_one] == [("new", True)]
    assert not isinstance(opened, Rejected) and opened.alert.status is AlertStatus.IN_PROGRESS
    assert log == ["alert.reopen", "alert.close", "alert.assign"]


@pytest.mark.parametrize(
    ("wanted", "hosts"),
    [
        (AlertFilter(severity=Severity.CRITICAL), ["PC-02"]),
        (AlertFilter(text="shadow"), ["PC-02", "PC-01"]),
        (AlertFilter(text="100%"), []),
        (AlertFilter(host="PC-01"), ["PC-01"]),
        (AlertFilter(rule_id="r2"), ["PC-02"]),
        (AlertFilter(statuses=(AlertStatus.CLOSED,)), []),
        (AlertFilter(since_us=NOW + 1), ["PC-02"]),
    ],
)
def test_the_queue_is_filtered_and_the_most_urgent_comes_first(
    state: State, province: object, wanted: AlertFilter, hosts: list[str]
) -> None:
    with state.write() as conn:
        alerts.record_detections(
            conn,
            [
                detection("e1"),
                detection("e2", host="PC-02", rule="r2", severity=Severity.CRITICAL, time_us=NOW + 5),
            ],
            NOW,
        )
        assert [alert.host for alert in alerts.alerts(conn, wanted, None)] == hosts
        assert alerts.count_alerts(conn, wanted, None) == len(hosts)


def test_counted_detections_are_forgotten_when_they_cannot_come_again(state: State) -> None:
    with state.write() as conn:
        alerts.record_detections(conn, [detection("e1")], NOW)
        assert alerts.forget_counted(conn, NOW) == 0
        assert alerts.forget_counted(conn, NOW + 1) == 1
