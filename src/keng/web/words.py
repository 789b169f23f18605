"""The words of the interface for values of the model. One function a kind; the language is that of the request."""

from keng.bulletins.indicators import shown
from keng.i18n import _, using
from keng.incidents.taxonomy import group_name, status_name
from keng.model.alert import AlertStatus, Disposition
from keng.model.bulletin import BulletinStatus, Finding, Indicator
from keng.model.severity import Severity
from keng.model.user import Role
from keng.scan.words import tactic_word

__all__ = [
    "alert_status",
    "alerts",
    "bulletin_status",
    "disposition",
    "events",
    "finding",
    "group_name",
    "indicator",
    "indicator_kind",
    "kind",
    "letter_headings",
    "level",
    "role",
    "schedule",
    "schedules",
    "severity",
    "status_name",
    "systems",
    "tactic",
    "transport",
]


def severity(value: Severity) -> str:
    """mức độ nghiêm trọng."""
    return {
        Severity.INFORMATIONAL: _("informational"),
        Severity.LOW: _("low"),
        Severity.MEDIUM: _("medium"),
        Severity.HIGH: _("high"),
        Severity.CRITICAL: _("critical"),
    }[value]


def alert_status(value: AlertStatus) -> str:
    """Where an alert is."""
    return {
        AlertStatus.NEW: _("new"),
        AlertStatus.IN_PROGRESS: _("in progress"),
        AlertStatus.CLOSED: _("closed"),
    }[value]


def disposition(value: Disposition) -> str:
    """What a closed alert was."""
    return {
        Disposition.TRUE_POSITIVE: _("a real attack"),
        Disposition.FALSE_POSITIVE: _("false positive"),
        Disposition.BENIGN: _("real but harmless"),
        Disposition.DUPLICATE: _("duplicate"),
    }[value]


def bulletin_status(value: BulletinStatus) -> str:
    """Where a warning is."""
    return {
        BulletinStatus.DRAFT: _("draft"),
        BulletinStatus.APPROVED: _("approved"),
        BulletinStatus.PUBLISHED: _("published"),
        BulletinStatus.UPDATED: _("replaced by a newer one"),
        BulletinStatus.WITHDRAWN: _("withdrawn"),
    }[value]


def finding(value: Finding | None) -> str:
    """An agency's answer."""
    if value is None:
        return "–"
    return {
        Finding.HIT: _("hit"),
        Finding.NOT_HIT: _("not hit"),
        Finding.CANNOT_TELL: _("cannot tell"),
    }[value]


def role(value: Role) -> str:
    """What a person is here to do."""
    return {
        Role.ADMIN: _("administrator"),
        Role.ANALYST: _("analyst"),
        Role.HEAD: _("head of the centre"),
        Role.AGENCY: _("agency IT officer"),
    }[value]


def kind(value: str) -> str:
    """The kind of an agency; a word of the register's author stays as it is."""
    return {
        "hospital": _("hospital"),
        "department": _("department"),
        "district": _("district"),
        "commune": _("commune"),
        "school": _("school"),
        "enterprise": _("enterprise"),
        "centre": _("centre"),
        "office": _("office"),
    }.get(value, value)


def transport(value: str) -> str:
    """How a log source sends."""
    return {
        "elastic_bulk": _("Elastic bulk over HTTP"),
        "splunk_hec": _("Splunk HEC over HTTP"),
        "otlp": _("OpenTelemetry (OTLP) over HTTP"),
        "syslog": _("syslog"),
        "syslog_tls": _("syslog over TLS with a certificate"),
        "lines": _("lines over TCP or a local socket"),
        "netflow": _("NetFlow, IPFIX"),
    }.get(value, value)


def tactic(tag: str) -> str:
    """An ATT&CK tag as people know it: `attack.t1059.001` → `T1059.001`, `attack.credential-access` → words."""
    name = tag.removeprefix("attack.")
    if name[:1] in "tgs" and name[1:2].isdigit():
        return name.upper()
    return tactic_word(name.replace("_", "-"))


def indicator_kind(value: str, of: str) -> str:
    """What a sign of compromise is, in the language `of`."""
    with using(of):
        return {
            "ip": _("address"),
            "domain": _("domain"),
            "url": _("web address"),
            "hash": _("file hash"),
            "file": _("file"),
            "command": _("command"),
        }.get(value, value)


def letter_headings(of: str) -> dict[str, str]:
    """The headings of a bulletin, in the language `of` its text."""
    with using(of):
        return {
            "what": _("What happened"),
            "concerns": _("Who is concerned"),
            "actions": _("What to do"),
            "signs": _("Signs of compromise"),
            "defanged": _(
                "Written so that nobody opens them by mistake: hxxp and [.] stand for http and a dot."
            ),
            "report": _("Where to report"),
        }


def indicator(one: Indicator) -> str:
    """The sign as it may be shown: addresses defanged."""
    return shown(one)


def alerts(count: int) -> str:
    """A number of alerts."""
    return _("1 alert") if count == 1 else _("{count} alerts", count=count)


def events(count: int) -> str:
    """A number of events."""
    return _("1 event") if count == 1 else _("{count} events", count=f"{count:,}".replace(",", "\u202f"))


def systems(count: int) -> str:
    """A number of information systems."""
    return _("1 system") if count == 1 else _("{count} systems", count=count)


def schedules() -> list[tuple[int, str]]:
    """How often a hunt may run: seconds, and the words."""
    return [
        (0, _("by hand only")),
        (300, _("every 5 minutes")),
        (900, _("every 15 minutes")),
        (3_600, _("every hour")),
        (21_600, _("every 6 hours")),
        (86_400, _("every day")),
        (604_800, _("every week")),
    ]


def schedule(every_s: int) -> str:
    """How often, in words."""
    return dict(schedules()).get(every_s) or _("every {seconds} s", seconds=every_s)


def level(value: str) -> str:
    """The level of a rule, as its file writes it."""
    return severity(next(one for one in Severity if one.level == value))
