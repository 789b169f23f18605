"""Incidents in the state: from alerts to closing, with clocks."""

from typing import Any

import msgspec

from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event, LogSource
from keng.model.incident import Incident, IncidentGroup, IncidentStatus, Law
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.model.user import Actor
from keng.state import alerts, audit, incidents
from keng.state.database import State
from keng.state.incidents import IncidentEdit
from keng.state.law_file import read_law
from keng.state.timeline import timeline

NOW = 1_790_000_000_000_000
HOUR = 3_600_000_000
BY = Actor("lan")


def raise_alert(conn: Any, event_id: str, agency: str = "bv") -> int:
    event = Event(
        {}, LogSource("windows"), NOW - HOUR, "PC-1", id=event_id, agency=agency, source=f"{agency}-win"
    )
    rule = RuleInfo("r1", "Shadow copies deleted", Severity.HIGH, ("attack.impact", "attack.t1490"))
    (change,) = [
        change
        for change in alerts.record_detections(conn, [Detection(rule, event, {})], NOW)
        if change.alert.agency == agency
    ]
    return change.alert.id


def open_incident(conn: Any, *alert_ids: int) -> Incident:
    proposal = incidents.propose_incident(conn, alert_ids, "en")
    assert not isinstance(proposal, Rejected)
    made = incidents.create_incident(conn, alert_ids, proposal, BY, NOW)
    assert isinstance(made, Incident)
    return made


def test_an_incident_takes_its_alerts_agencies_and_a_number(state: State, province: object) -> None:
    with state.write() as conn:
        first = raise_alert(conn, "e1")
        made = open_incident(conn, first)
        assert (made.number, made.group, made.title) == (
            "SC-2026-0001",
            IncidentGroup.MALWARE,
            "Shadow copies deleted (PC-1)",
        )
        assert (made.agencies, made.alerts, made.owner) == (("bv",), (first,), "lan")
        assert (made.t0_us, made.occurred_us) == (NOW, NOW - HOUR)
        second = raise_alert(conn, "e2", "so")
        grown = incidents.add_alerts(conn, made.id, [second], BY, NOW + 1)
        assert isinstance(grown, Incident)
        assert (grown.agencies, grown.alerts) == (("bv", "so"), (first, second))
        assert {alert.incident for alert in incidents.alerts_of(conn, made.id)} == {made.id}
        assert open_incident(conn, raise_alert(conn, "e3")).number == "SC-2026-0002"
        assert [entry.text for entry in timeline(conn, made.id)] == ["opened", "alerts"]


def test_an_incident_needs_alerts_that_exist_and_a_title(state: State, province: object) -> None:
    with state.write() as conn:
        known = raise_alert(conn, "e1")
        proposal = incidents.propose_incident(conn, [known], "vi")
        assert not isinstance(proposal, Rejected)
        assert isinstance(incidents.propose_incident(conn, [], "vi"), Rejected)
        assert isinstance(incidents.create_incident(conn, [99], proposal, BY, NOW), Rejected)
        untitled = msgspec.structs.replace(proposal, title=" ")
        assert isinstance(incidents.create_incident(conn, [known], untitled, BY, NOW), Rejected)
        assert incidents.incidents(conn) == []


def test_changes_go_into_timeline_and_audit_log(state: State, province: object) -> None:
    with state.write() as conn:
        made = open_incident(conn, raise_alert(conn, "e1"))
        edit = IncidentEdit(serious=True, agencies=("so",), title="Mã độc")
        changed = incidents.edit_incident(conn, made.id, edit, BY, NOW + 5)
        assert isinstance(changed, Incident)
        assert (changed.serious, changed.agencies, changed.title) == (True, ("so",), "Mã độc")
        assert incidents.edit_incident(conn, made.id, edit, BY, NOW + 6) == changed
        incidents.edit_incident(conn, made.id, IncidentEdit(owner="binh"), BY, NOW + 7)
        assert isinstance(incidents.edit_incident(conn, made.id, IncidentEdit(title=""), BY, NOW), Rejected)
        assert [entry.text for entry in timeline(conn, made.id)] == ["opened", "edited", "owner"]
        assert audit.verify(conn) is None
        actions = [entry.action for entry in audit.entries(conn, target=f"incident:{made.id}")]
        assert actions == ["incident.edit", "incident.edit", "incident.create"]


def test_it_moves_through_its_stages_and_is_closed_with_a_reason(state: State, province: object) -> None:
    with state.write() as conn:
        made = open_incident(conn, raise_alert(conn, "e1"))
        incidents.move_incident(conn, made.id, IncidentStatus.CONTAINED, "", BY, NOW + 1)
        refused = incidents.move_incident(conn, made.id, IncidentStatus.CLOSED, "", BY, NOW + 2)
        assert isinstance(refused, Rejected)
        incidents.move_incident(conn, made.id, IncidentStatus.CLOSED, "cleaned", BY, NOW + 3)
        closed = incidents.incident(conn, made.id)
        assert closed is not None
        assert (closed.status, closed.closed_us, closed.closing) == (
            IncidentStatus.CLOSED,
            NOW + 3,
            "cleaned",
        )
        assert incidents.incidents(conn, open_only=True) == []
        assert isinstance(incidents.add_alerts(conn, made.id, [1], BY, NOW), Rejected)


def test_notes_stand_at_the_time_they_tell_of(state: State, province: object) -> None:
    with state.write() as conn:
        made = open_incident(conn, raise_alert(conn, "e1"))
        assert incidents.add_note(conn, made.id, "action", "rút cáp mạng", BY, NOW + 9, NOW - 5) is None
        assert isinstance(incidents.add_note(conn, made.id, "note", "  ", BY, NOW), Rejected)
        assert isinstance(incidents.add_note(conn, 99, "note", "x", BY, NOW), Rejected)
        assert [entry.kind for entry in timeline(conn, made.id)] == ["action", "event"]


def test_legal_clocks_run_from_t0_and_stop_when_the_report_is_sent(state: State, province: object) -> None:
    law = read_law("vn")
    assert isinstance(law, Law)
    with state.write() as conn:
        made = open_incident(conn, raise_alert(conn, "e1"))
        assert incidents.incident_clocks(conn, made, law) == ()
        serious = incidents.edit_incident(conn, made.id, IncidentEdit(serious=True), BY, NOW)
        assert isinstance(serious, Incident)
        clocks = incidents.incident_clocks(conn, serious, law)
        assert [(clock.rule.id, (clock.due_us - NOW) // HOUR) for clock in clocks] == [
            ("first_notice", 24),
            ("report", 72),
        ]
        assert isinstance(incidents.report_sent(conn, made.id, "first_notice", "", BY, NOW), Rejected)
        assert incidents.report_sent(conn, made.id, "first_notice", "CV 12/TTANM", BY, NOW + HOUR) is None
        twice = incidents.report_sent(conn, made.id, "first_notice", "CV 13", BY, NOW + HOUR)
        assert isinstance(twice, Rejected)
        first = incidents.incident_clocks(conn, serious, law)[0]
        assert (first.done_us, first.done_by, first.proof) == (NOW + HOUR, "lan", "CV 12/TTANM")
