"""A bulletin as PDF, set by Typst with its own fonts (they carry Vietnamese). Pure: the same input, the same bytes.

Every text goes in as JSON through `sys.inputs` and is set as text, so that markup in a log line stays letters.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import typst

from keng.bulletins.indicators import shown
from keng.bulletins.tlp import sharing_text
from keng.i18n import _, using
from keng.model.agency import CentreProfile
from keng.model.bulletin import Bulletin, BulletinStatus, Tlp
from keng.model.severity import Severity

_TEMPLATE = Path(__file__).parent / "letter.typ"
# The colours of FIRST's TLP 2.0 table, on black.
_COLOURS = {
    Tlp.RED: "#ff2b2b",
    Tlp.AMBER_STRICT: "#ffc000",
    Tlp.AMBER: "#ffc000",
    Tlp.GREEN: "#33ff00",
    Tlp.CLEAR: "#ffffff",
}
# Control, bidirectional and zero-width characters, lone surrogates: nothing that moves or hides what is printed.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
MAX_TEXT = 20_000
MAX_WORD = 40


def bulletin_pdf(
    bulletin: Bulletin,
    centre: CentreProfile,
    language: str,
    recipients: tuple[str, ...] = (),
    signer: str = "",
    addressee: str = "",
) -> bytes:
    """The letter in "vi" or "en". recipients: names under "Nơi nhận" (give an agency only its own name).

    signer: printed name of who approved it; addressee: a line "Kính gửi: …". Takes about 0.1 s.
    """
    with using(language):
        data = _data(bulletin, centre, language, recipients, signer, addressee)
    moment = _moment(bulletin.published_us or bulletin.updated_us)
    compiler = typst.Compiler(
        str(_TEMPLATE),
        root=str(_TEMPLATE.parent),
        ignore_system_fonts=True,
        sys_inputs={"data": msgspec.json.encode(data).decode()},
    )
    pdf = compiler.compile(format="pdf", timestamp=moment)
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no PDF")
    return pdf


def _data(
    bulletin: Bulletin,
    centre: CentreProfile,
    language: str,
    recipients: tuple[str, ...],
    signer: str,
    addressee: str,
) -> dict[str, object]:
    text, vi = bulletin.text(language), language == "vi"
    place = centre.place_vi if vi else centre.place_en
    number, year = _number(bulletin)
    return {
        "language": language,
        "title": _clean(text.title),
        "centre": _clean(centre.name(language)),
        "superior": _clean(centre.superior_vi if vi else centre.superior_en),
        "country": _clean(centre.country_vi if vi else centre.country_en),
        "motto": _clean(centre.motto_vi if vi else centre.motto_en),
        "number_line": _clean(
            _("No.: {number}", number=f"{number}/{year}/CB-{centre.short}" if year else number)
        ),
        "date_line": _clean(_date_line(bulletin, centre, place)),
        "heading": _("Early warning of a cyberattack"),
        "severity_line": _("Severity: {severity}", severity=_severity(bulletin.severity))
        + f" · {bulletin.number}",
        "withdrawn": _clean(_ended(bulletin)),
        "addressee": _clean(addressee and _("To: {name}", name=addressee)),
        "tlp": bulletin.tlp.value,
        "tlp_colour": _COLOURS[bulletin.tlp],
        "sharing": sharing_text(bulletin.tlp),
        "what": _paragraphs(text.what),
        "concerns": _paragraphs(text.concerns),
        "actions": [_clean(step) for step in text.actions],
        "report_to": _paragraphs(text.report_to),
        "indicators": [
            {"kind": _kind(one.kind), "value": _clean(shown(one) + (f" ({one.note})" if one.note else ""))}
            for one in bulletin.indicators
        ],
        "recipients": [_clean(name) for name in recipients],
        "signer": _clean(signer),
        "words": {
            "what": _("1. What happened"),
            "concerns": _("2. Who is concerned"),
            "actions": _("3. What to do"),
            "indicators": _("Signs of compromise (written so that they cannot be clicked)"),
            "kind": _("Kind"),
            "value": _("Value"),
            "report": _("4. Where to report"),
            "recipients": _("Recipients:"),
            "archive": _("File."),
            "signer": _("For the centre"),
        },
    }


def _clean(text: str) -> str:
    """Without unsafe characters; very long words get places where a line may break."""
    safe = _UNSAFE.sub("\ufffd", text[:MAX_TEXT])
    return re.sub(rf"(\S{{{MAX_WORD}}})(?=\S)", "\\1\u200b", safe)


def _paragraphs(text: str) -> list[dict[str, object]]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [{"item": line.startswith("- "), "text": _clean(line.removeprefix("- "))} for line in lines]


def _number(bulletin: Bulletin) -> tuple[str, str]:
    """("12", "2026") of "CB-2026-0012"; the whole and "" where it is not of that form."""
    parts = bulletin.number.split("-")
    return (parts[2].lstrip("0") or "0", parts[1]) if len(parts) == 3 else (bulletin.number, "")


def _date_line(bulletin: Bulletin, centre: CentreProfile, place: str) -> str:
    moment = _moment(bulletin.published_us or bulletin.updated_us)
    try:
        moment = moment.astimezone(ZoneInfo(centre.timezone))
    except (ZoneInfoNotFoundError, ValueError):
        moment = moment.astimezone(UTC)
    # Decree 30/2020: days below 10, and January and February, with a leading zero; other months without.
    month = f"{moment.month:02}" if moment.month < 3 else str(moment.month)
    line = _("{day}/{month}/{year}", day=f"{moment:%d}", month=month, year=moment.year)
    return f"{place}, {line}" if place else line


def _moment(time_us: int) -> datetime:
    return datetime.fromtimestamp(time_us // 1_000_000, UTC)


def _ended(bulletin: Bulletin) -> str:
    if bulletin.status is BulletinStatus.WITHDRAWN:
        return _("WITHDRAWN: {reason}", reason=bulletin.ended_reason)
    if bulletin.status is BulletinStatus.UPDATED:
        return _("This bulletin was replaced by a newer one.")
    if bulletin.status in (BulletinStatus.DRAFT, BulletinStatus.APPROVED):
        return _("DRAFT: not published")
    return ""


def _severity(severity: Severity) -> str:
    names = {
        Severity.INFORMATIONAL: _("informational"),
        Severity.LOW: _("low"),
        Severity.MEDIUM: _("medium"),
        Severity.HIGH: _("high"),
        Severity.CRITICAL: _("critical"),
    }
    return names[severity]


def _kind(kind: str) -> str:
    names = {
        "ip": _("IP address"),
        "domain": _("Domain"),
        "url": _("URL"),
        "hash": _("File hash"),
        "file": _("File name"),
        "command": _("Command"),
    }
    return names.get(kind, kind)
