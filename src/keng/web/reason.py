"""Why somebody searches: asked once a session, written beside every search into the audit log.

The answer travels in a cookie that counts for one session only. Who comes to a search from an alert or an incident has
said why already.
"""

import hashlib
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from keng.i18n import _
from keng.web.desk import Desk

COOKIE = "keng_reason"
MAX_NOTE = 200
_FROM = re.compile(r"/(alerts|incidents)/(\d{1,18})")
_KINDS = ("alert", "incident", "hunt", "source", "request", "drill", "other")


def kinds() -> list[tuple[str, str]]:
    """What people choose from."""
    return [
        ("alert", _("Handling an alert")),
        ("incident", _("Investigating an incident")),
        ("hunt", _("Looking for attacks that no rule has found")),
        ("source", _("Checking a log source")),
        ("request", _("An agency has asked for it")),
        ("drill", _("Training or a drill")),
    ]


def reason_of(desk: Desk) -> str:
    """The reason of this session ("alert:12", "hunt: odd logons"); "" where none was given yet."""
    values = dict(parse_qsl(desk.request.cookies.get(COOKIE, "")[:1_000]))
    if values.get("s") == _session(desk) and values.get("k") in _KINDS:
        return _told(values["k"], values.get("t", ""))
    return came_from(desk)


def in_words(reason: str) -> str:
    """The reason as people read it: "Handling an alert: 12"."""
    kind, colon, rest = reason.partition(":")
    words = dict(kinds()).get(kind)
    return f"{words}{colon} {rest.strip()}".strip() if words else reason


def came_from(desk: Desk) -> str:
    """ "alert:12" for somebody who comes from that alert's page."""
    referer = urlsplit(desk.request.headers.get("referer", "")[:2_000])
    found = _FROM.fullmatch(referer.path) if referer.netloc == desk.request.headers.get("host", "") else None
    return f"{found[1].removesuffix('s')}:{found[2]}" if found else ""


def cookie_value(desk: Desk, kind: str, note: str) -> str:
    """What the cookie holds; "" for a kind that is none."""
    if kind not in _KINDS or (kind == "other" and not note.strip()):
        return ""
    return urlencode({"s": _session(desk), "k": kind, "t": note.strip()[:MAX_NOTE]}, errors="replace")


def _told(kind: str, note: str) -> str:
    note = note.strip()[:MAX_NOTE]
    if kind == "other":
        return note
    return f"{kind}: {note}" if note else kind


def _session(desk: Desk) -> str:
    return hashlib.sha256(desk.session.id.encode()).hexdigest()[:16] if desk.session else ""
