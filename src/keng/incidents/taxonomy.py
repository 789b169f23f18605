"""Names of incident groups, stages and RSIT classes. Pure.

RSIT is the Reference Security Incident Taxonomy (release 1003). Its classes about what somebody says or shows
(harmful speech; violence and other content) are left out on purpose: see `test_taxonomy.py`.
"""

from keng.i18n import _
from keng.model.incident import IncidentGroup, IncidentStatus

RSIT: tuple[str, ...] = (
    "abusive-content.spam",
    "malicious-code.infected-system",
    "malicious-code.c2-server",
    "malicious-code.malware-distribution",
    "malicious-code.malware-configuration",
    "information-gathering.scanner",
    "information-gathering.sniffing",
    "information-gathering.social-engineering",
    "intrusion-attempts.ids-alert",
    "intrusion-attempts.brute-force",
    "intrusion-attempts.exploit",
    "intrusions.privileged-account-compromise",
    "intrusions.unprivileged-account-compromise",
    "intrusions.application-compromise",
    "intrusions.system-compromise",
    "intrusions.burglary",
    "availability.dos",
    "availability.ddos",
    "availability.misconfiguration",
    "availability.sabotage",
    "availability.outage",
    "information-content-security.unauthorised-information-access",
    "information-content-security.unauthorised-information-modification",
    "information-content-security.data-loss",
    "information-content-security.data-leak",
    "fraud.unauthorised-use-of-resources",
    "fraud.copyright",
    "fraud.masquerade",
    "fraud.phishing",
    "vulnerable.weak-crypto",
    "vulnerable.ddos-amplifier",
    "vulnerable.potentially-unwanted-accessible",
    "vulnerable.information-disclosure",
    "vulnerable.vulnerable-system",
    "other.other",
    "other.undetermined",
    "test.test",
)


def group_name(group: IncidentGroup) -> str:
    """The group in the current language."""
    names = {
        IncidentGroup.MALWARE: _("Malware"),
        IncidentGroup.INTRUSION: _("Intrusion"),
        IncidentGroup.DENIAL_OF_SERVICE: _("Denial of service"),
        IncidentGroup.DATA_LEAK: _("Data leak"),
        IncidentGroup.DEFACEMENT: _("Defacement"),
        IncidentGroup.FRAUD: _("Fraud and phishing"),
        IncidentGroup.SUPPLIER: _("Attack through a supplier"),
        IncidentGroup.INSIDER: _("Insider"),
        IncidentGroup.OTHER: _("Other incident"),
    }
    return names[group]


def status_name(status: IncidentStatus) -> str:
    """The stage of response in the current language."""
    names = {
        IncidentStatus.OPEN: _("Taken in"),
        IncidentStatus.INVESTIGATING: _("Under investigation"),
        IncidentStatus.CONTAINED: _("Contained"),
        IncidentStatus.RECOVERING: _("Being restored"),
        IncidentStatus.CLOSED: _("Closed"),
    }
    return names[status]
