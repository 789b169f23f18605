"""Automatic timeline entries put into words of the current language. Pure."""

from collections.abc import Callable

from keng.i18n import _
from keng.incidents.taxonomy import status_name
from keng.model.incident import IncidentStatus, TimelineEntry

_FIELDS: dict[str, Callable[[], str]] = {
    "title": lambda: _("title"),
    "summary": lambda: _("summary"),
    "group": lambda: _("group of incidents"),
    "severity": lambda: _("severity"),
    "rsit": lambda: _("RSIT class"),
    "owner": lambda: _("person in charge"),
    "t0_us": lambda: _("time of detection"),
    "occurred_us": lambda: _("beginning"),
    "serious": lambda: _("seriousness"),
    "national_security": lambda: _("bearing on national security"),
    "disruption": lambda: _("disruption of service"),
    "personal_data": lambda: _("personal data"),
    "personal_records": lambda: _("number of people concerned"),
    "agencies": lambda: _("agencies affected"),
}
"""What people call the fields of `state.incidents.IncidentEdit`."""

_WORDS: dict[str, Callable[[dict[str, str]], str]] = {
    "opened": lambda v: _("Incident opened from {count} alerts", count=v["count"]),
    "alerts": lambda v: _("{count} alerts added", count=v["count"]),
    "owner": lambda v: _("Owner: {owner}", owner=v["owner"]),
    "moved": lambda v: _("Status: {status}", status=status_name(IncidentStatus(v["status"]))),
    "moved_why": lambda v: _(
        "Status: {status}. Reason: {reason}",
        status=status_name(IncidentStatus(v["status"])),
        reason=v["reason"],
    ),
    "edited": lambda v: _("Changed: {fields}", fields=_named(v["fields"])),
    "report": lambda v: _("Report sent ({clock}): {proof}", clock=v["clock"], proof=v["proof"]),
    "bulletin_drafted": lambda v: _("Bulletin {number} drafted", number=v["number"]),
    "bulletin_approved": lambda v: _("Bulletin {number} approved", number=v["number"]),
    "bulletin_published": lambda v: _(
        "Bulletin {number} published to {count} agencies", number=v["number"], count=v["count"]
    ),
    "bulletin_withdrawn": lambda v: _("Bulletin {number} withdrawn: {reason}", **v),
    "bulletin_confirmed": lambda v: _("{agency} confirmed bulletin {number}", **v),
}
CODES = tuple(_WORDS)


def describe(entry: TimelineEntry) -> str:
    """The entry's text: a person's own words, or an automatic entry in the current language."""
    words = _WORDS.get(entry.text) if entry.kind == "event" else None
    return words(entry.values) if words else entry.text


def _named(fields: str) -> str:
    return ", ".join(_FIELDS[name]() if name in _FIELDS else name for name in fields.split(", "))
