"""The legal clocks of an incident: which deadlines run, from T0, and which are met. Pure.

Which deadlines exist is data of the country pack; here is only how a rule is applied.
"""

from collections.abc import Mapping, Sequence

import msgspec

from keng.model.incident import Clock, ClockRule, Incident

HOUR_US = 3_600_000_000


class SentReport(msgspec.Struct, frozen=True):
    """A report that went out: when, by whom, and how that can be proved (letter number, mail id)."""

    sent_us: int
    sent_by: str
    proof: str = ""


def clocks(
    incident: Incident, rules: Sequence[ClockRule], sent: Mapping[str, SentReport]
) -> tuple[Clock, ...]:
    """The clocks that run for the incident, earliest deadline first; `sent`: clock id → its report.

    A report that was sent stays listed even if the flag that demanded it was taken back.
    """
    running = []
    for rule in rules:
        report = sent.get(rule.id)
        if not _applies(rule, incident) and report is None:
            continue
        due_us = incident.t0_us + round(rule.hours * HOUR_US)
        if report is None:
            running.append(Clock(rule, due_us))
        else:
            running.append(Clock(rule, due_us, report.sent_us, report.sent_by, report.proof))
    return tuple(sorted(running, key=lambda clock: (clock.due_us, clock.rule.id)))


def next_deadline(running: Sequence[Clock]) -> Clock | None:
    """The clock that runs out (or ran out) first among those not met."""
    return next((clock for clock in running if not clock.done_us), None)


def _applies(rule: ClockRule, incident: Incident) -> bool:
    return any(flag == "always" or getattr(incident, flag) for flag in rule.applies)
