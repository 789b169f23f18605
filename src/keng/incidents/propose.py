"""What an incident made from alerts starts with: title, group, severity, time, agencies. Pure."""

from collections.abc import Sequence

import msgspec

from keng.i18n import _
from keng.model.alert import Alert
from keng.model.incident import IncidentGroup
from keng.model.severity import Severity

# ATT&CK technique (without sub-technique) or tactic → group; the first that any alert carries wins.
_GROUPS: tuple[tuple[IncidentGroup, frozenset[str]], ...] = (
    (IncidentGroup.DATA_LEAK, frozenset({"exfiltration", "t1041", "t1048", "t1567", "t1020", "t1537"})),
    (IncidentGroup.DENIAL_OF_SERVICE, frozenset({"t1498", "t1499"})),
    (IncidentGroup.DEFACEMENT, frozenset({"t1491"})),
    (IncidentGroup.MALWARE, frozenset({"t1486", "t1490", "t1485", "t1204", "t1496", "t1561"})),
    (IncidentGroup.SUPPLIER, frozenset({"t1195", "t1199"})),
    (IncidentGroup.FRAUD, frozenset({"t1566", "t1598"})),
    (
        IncidentGroup.INTRUSION,
        frozenset(
            {
                "initial-access", "execution", "persistence", "privilege-escalation", "credential-access",
                "lateral-movement", "discovery", "collection", "command-and-control", "stealth",
                "defense-evasion", "defense-impairment", "impact",
            }
        ),
    ),
)  # fmt: skip


class Proposal(msgspec.Struct, frozen=True):
    """What to fill the form with; people may change all of it."""

    title: str
    group: IncidentGroup
    severity: Severity
    t0_us: int
    occurred_us: int
    agencies: tuple[str, ...]


def propose(alerts: Sequence[Alert], language: str) -> Proposal:
    """From at least one alert. T0 is when the first of them was raised; it began with the first event."""
    lead = max(alerts, key=lambda alert: (alert.priority, -alert.first_us))
    agencies = tuple(sorted({alert.agency for alert in alerts}))
    title = lead.title(language)
    if len(agencies) > 1:
        title = _("{title} ({count} agencies)", title=title, count=len(agencies))
    elif lead.host:
        title = f"{title} ({lead.host})"
    return Proposal(
        title=title,
        group=group_of(alerts),
        severity=max(alert.severity for alert in alerts),
        t0_us=min(alert.created_us for alert in alerts),
        occurred_us=min(alert.first_us for alert in alerts),
        agencies=agencies,
    )


def group_of(alerts: Sequence[Alert]) -> IncidentGroup:
    """The national group that the alerts' ATT&CK tags point to; OTHER if they carry none."""
    marks = {mark for alert in alerts for tag in alert.rule.tags for mark in _marks(tag)}
    return next((group for group, wanted in _GROUPS if marks & wanted), IncidentGroup.OTHER)


def _marks(tag: str) -> tuple[str, ...]:
    name = tag.lower().removeprefix("attack.").replace("_", "-")
    return (name, name.partition(".")[0])
