"""Drafts a bulletin in both languages from an incident, its alerts and the texts of their rules. Pure.

The victims are not named: no agency, host, account or internal address is written into the draft. People edit it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from keng.bulletins.advice import last_steps, steps, tactics_of
from keng.bulletins.indicators import indicators
from keng.i18n import LANGUAGES, _, using
from keng.model.agency import CentreProfile
from keng.model.alert import Alert
from keng.model.bulletin import BulletinText, Indicator
from keng.model.incident import Incident
from keng.model.severity import Severity

MAX_RULES = 6
MAX_ACTIONS = 14
MAX_STEP = 600


class BulletinDraft(msgspec.Struct, frozen=True):
    """What a new bulletin starts with. Both texts have the same number of actions, in the same order."""

    severity: Severity
    texts: dict[str, BulletinText]
    indicators: tuple[Indicator, ...]


def draft(
    incident: Incident,
    alerts: Sequence[Alert],
    centre: CentreProfile,
    source_kinds: frozenset[str] = frozenset(),
) -> BulletinDraft:
    """From an incident and its alerts. source_kinds: kinds of the log sources that saw it ("windows", …)."""
    leading = _leading_rules(alerts)
    tactics = tactics_of(tag for alert in alerts for tag in alert.rule.tags)
    own = _rule_steps(leading)
    texts = {}
    for number, language in enumerate(LANGUAGES):
        with using(language):
            actions = (*(pair[number] for pair in own), *steps(tactics), *last_steps())
            texts[language] = BulletinText(
                title=_title(incident, leading, language),
                what=_what(incident, alerts, leading, centre, language),
                concerns=_concerns(source_kinds),
                actions=tuple(dict.fromkeys(actions))[-MAX_ACTIONS:],
                report_to=_report_to(centre, language),
            )
    return BulletinDraft(incident.severity, texts, indicators(alerts))


def _leading_rules(alerts: Sequence[Alert]) -> list[Alert]:
    """One alert per rule, the most urgent rules first."""
    by_rule: dict[str, Alert] = {}
    for alert in sorted(alerts, key=lambda alert: (-alert.priority, alert.first_us, alert.id)):
        by_rule.setdefault(alert.rule.id, alert)
    return list(by_rule.values())[:MAX_RULES]


def _title(incident: Incident, leading: Sequence[Alert], language: str) -> str:
    if not leading:
        return _("Warning: {what}", what=incident.title)
    return _("Warning: {what}", what=leading[0].title(language))


def _what(
    incident: Incident,
    alerts: Sequence[Alert],
    leading: Sequence[Alert],
    centre: CentreProfile,
    language: str,
) -> str:
    began = incident.occurred_us or incident.t0_us
    paragraphs = [
        _(
            "Since {time} the centre has been seeing an attack on {count} agencies of the province.",
            time=_local(began, centre.timezone),
            count=max(1, len(incident.agencies)),
        )
        if len(incident.agencies) != 1
        else _(
            "Since {time} the centre has been seeing an attack on an agency of the province.",
            time=_local(began, centre.timezone),
        )
    ]
    if leading:
        lines = [_line(alert, language) for alert in leading]
        paragraphs.append(_("What was seen:") + "\n" + "\n".join(lines))
    return "\n\n".join(paragraphs)


def _line(alert: Alert, language: str) -> str:
    description = " ".join(alert.text(language, "description").split())
    title = alert.title(language).rstrip(".")
    return f"- {title}: {description[:MAX_STEP]}" if description else f"- {title}."


def _concerns(source_kinds: frozenset[str]) -> str:
    if "windows" in source_kinds:
        return _(
            "Every agency with Windows computers and servers, above all those reached by mail from outside."
        )
    return _("Every agency that runs systems of this kind; those connected with the affected ones first.")


def _rule_steps(leading: Sequence[Alert]) -> list[tuple[str, str]]:
    """(vi, en) steps from the rules' own advice, in step with each other; an untranslated step stands in both."""
    pairs: list[tuple[str, str]] = []
    for alert in leading:
        vi, en = _lines(alert.text("vi", "advice")), _lines(alert.text("en", "advice"))
        if vi and en and len(vi) != len(en):
            vi, en = [" ".join(vi)], [" ".join(en)]
        pairs.extend(zip(vi or en, en or vi, strict=True))
    return [pair for pair in dict.fromkeys(pairs) if all(pair)]


def _lines(advice: str) -> list[str]:
    lines = (line.strip().lstrip("-*•0123456789.) ").strip()[:MAX_STEP] for line in advice.splitlines())
    return [line for line in lines if line]


def _report_to(centre: CentreProfile, language: str) -> str:
    ways = [text for text in (centre.phone, centre.email, centre.address) if text]
    return ", ".join((centre.name(language), *ways))


def _local(time_us: int, timezone: str) -> str:
    moment = datetime.fromtimestamp(time_us / 1e6, UTC)
    try:
        moment = moment.astimezone(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError):
        return f"{moment:%H:%M %d/%m/%Y} UTC"
    return f"{moment:%H:%M %d/%m/%Y}"
