"""Words that the terminal summary and the HTML report share, in the reader's language."""

from keng.i18n import _, language
from keng.model.detection import RuleInfo
from keng.model.severity import Severity
from keng.scan.attack import TACTICS


def severity_word(severity: Severity) -> str:
    """ "Critical", "Nghiêm trọng", …"""
    return {
        Severity.INFORMATIONAL: _("Informational"),
        Severity.LOW: _("Low"),
        Severity.MEDIUM: _("Medium"),
        Severity.HIGH: _("High"),
        Severity.CRITICAL: _("Critical"),
    }[severity]


def rule_title(rule: RuleInfo) -> str:
    """The rule's title in the reader's language, where the rule has one."""
    return rule.texts.get(language(), {}).get("title") or rule.title


def tactic_word(tactic: str) -> str:
    """Name of an ATT&CK tactic by its key."""
    return {
        "reconnaissance": _("Reconnaissance"),
        "resource-development": _("Resource Development"),
        "initial-access": _("Initial Access"),
        "execution": _("Execution"),
        "persistence": _("Persistence"),
        "privilege-escalation": _("Privilege Escalation"),
        "defense-evasion": _("Defense Evasion"),
        "stealth": _("Stealth"),
        "defense-impairment": _("Defense Impairment"),
        "credential-access": _("Credential Access"),
        "discovery": _("Discovery"),
        "lateral-movement": _("Lateral Movement"),
        "collection": _("Collection"),
        "command-and-control": _("Command and Control"),
        "exfiltration": _("Exfiltration"),
        "impact": _("Impact"),
    }.get(tactic, tactic)


def decimal(value: float) -> str:
    """With one place: "0.5" in English, "0,5" in Vietnamese."""
    text = f"{value:.1f}"
    return text if language() == "en" else text.replace(".", ",")


def in_order(tactics: dict[str, int]) -> list[tuple[str, int]]:
    """Tactics in ATT&CK's order with their counts."""
    return [(tactic, tactics[tactic]) for tactic in TACTICS if tactics.get(tactic)]
