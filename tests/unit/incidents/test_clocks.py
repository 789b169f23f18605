"""Legal clocks."""

import msgspec

from keng.incidents.clocks import HOUR_US, SentReport, clocks, next_deadline
from keng.model.incident import ClockRule, Incident

RULES = (
    ClockRule("late", 72, ("serious", "disruption"), {"en": "report"}),
    ClockRule("soon", 24, ("serious",), {"en": "notice"}),
    ClockRule("now", 0, ("national_security",), {"en": "at once"}),
    ClockRule("any", 720, ("always",), {"en": "final"}),
)


def test_clocks_run_for_the_flags_that_are_set_earliest_first(incident: Incident) -> None:
    running = clocks(incident, RULES, {})
    assert [clock.rule.id for clock in running] == ["soon", "late", "any"]
    assert running[0].due_us == incident.t0_us + 24 * HOUR_US
    calm = msgspec.structs.replace(incident, serious=False)
    assert [clock.rule.id for clock in clocks(calm, RULES, {})] == ["any"]
    grave = msgspec.structs.replace(calm, national_security=True)
    assert clocks(grave, RULES, {})[0].due_us == incident.t0_us


def test_a_sent_report_stops_its_clock_and_stays_listed(incident: Incident) -> None:
    sent = {"soon": SentReport(incident.t0_us + 5, "lan", "CV 1")}
    running = clocks(incident, RULES, sent)
    assert (running[0].done_us, running[0].proof) == (incident.t0_us + 5, "CV 1")
    following = next_deadline(running)
    assert following is not None and following.rule.id == "late"
    calm = msgspec.structs.replace(incident, serious=False)
    assert [clock.rule.id for clock in clocks(calm, RULES, sent)] == ["soon", "any"]


def test_overdue_means_not_sent_in_time(incident: Incident) -> None:
    due = incident.t0_us + 24 * HOUR_US
    (soon, *_others) = clocks(incident, RULES, {})
    assert not soon.overdue(due) and soon.overdue(due + 1)
    (late, *_others) = clocks(incident, RULES, {"soon": SentReport(due + 1, "lan")})
    assert late.overdue(due + 10)
    (met, *_others) = clocks(incident, RULES, {"soon": SentReport(due, "lan")})
    assert not met.overdue(due + 10)


def test_without_clocks_there_is_no_deadline() -> None:
    assert next_deadline(()) is None
