"""What a search page's address asks for, and what it becomes: shared by the page, its parts, exports and hunts."""

import secrets
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from keng.i18n import _
from keng.model.rejected import Rejected
from keng.state import audit
from keng.store.query import SearchQuery
from keng.store.search import parse_search
from keng.web import times
from keng.web.desk import Desk
from keng.web.reason import reason_of
from keng.web.turns import turns_of

MAX_TEXT = 8_200
HOUR_US = 3_600_000_000
RANGES = {"15m": HOUR_US // 4, "1h": HOUR_US, "24h": 24 * HOUR_US, "7d": 168 * HOUR_US, "30d": 720 * HOUR_US}
DEFAULT_RANGE = "24h"


class Asked(msgspec.Struct, frozen=True):
    """What the address asks for. range: a key of RANGES, "all" or "custom" (from_us ≤ t < to_us).

    now_us: the moment of the search, which all parts of a page share. run: the page's name for it.
    """

    text: str
    range: str
    from_us: int
    to_us: int
    now_us: int
    run: str

    def query(self, **changes: object) -> str:
        """The search's parameters, changed. `run` and `at` only for parts of this page."""
        values: dict[str, object] = {"q": self.text, "range": self.range}
        if self.range == "custom":
            values |= {"from": self.from_us, "to": self.to_us}
        return urlencode({k: str(v) for k, v in (values | changes).items()}, errors="replace")

    def part(self, **changes: object) -> str:
        """Parameters of a part of this very page."""
        return self.query(run=self.run, at=self.now_us, **changes)


def asked(desk: Desk) -> Asked:
    """Read the address."""
    wanted = desk.asked("range", 10)
    from_us, to_us = desk.asked_number("from"), desk.asked_number("to")
    since, until = _local(desk, "since"), _local(desk, "until")
    if since or until:
        wanted, from_us, to_us = "custom", since or 0, until or desk.now_us
    if wanted == "custom" and not 0 <= from_us < to_us < 1 << 62:
        wanted = DEFAULT_RANGE
    if wanted not in (*RANGES, "all", "custom"):
        wanted = DEFAULT_RANGE
    run = "".join(char for char in desk.asked("run", 24) if char.isascii() and char.isalnum())
    at = desk.asked_number("at")
    now_us = at if 0 < at <= desk.now_us else desk.now_us
    return Asked(desk.asked("q", MAX_TEXT), wanted, from_us, to_us, now_us, run or secrets.token_hex(8))


def query_of(desk: Desk, one: Asked) -> SearchQuery | Rejected:
    """The parsed search; the page's span of time applies where the text names none itself."""
    query = parse_search(one.text, one.now_us, times.zone(desk.profile.timezone))
    if isinstance(query, Rejected) or has_time(query):
        return query
    from_us, to_us = span_of(one)
    return msgspec.structs.replace(query, from_us=from_us, to_us=to_us)


def span_of(one: Asked) -> tuple[int | None, int | None]:
    """The page's span of time; None is open."""
    if one.range == "custom":
        return one.from_us, one.to_us
    if one.range == "all":
        return None, None
    return one.now_us - RANGES[one.range], None


def has_time(query: SearchQuery) -> bool:
    """Whether the text names a time."""
    return query.from_us is not None or query.to_us is not None


def note(desk: Desk, action: str, what: dict[str, str], run: str) -> None:
    """Whoever searches is logged, with the reason; the parts of one page once."""
    if not turns_of(desk).first(desk.user.id, run, action, *what.values()):
        return
    with desk.centre.state.write() as conn:
        audit.record(conn, desk.now_us, desk.actor, action, "events", what | {"reason": reason_of(desk)})


def ranges() -> list[tuple[str, str]]:
    """Spans that a person chooses from."""
    return [
        ("15m", _("last 15 minutes")),
        ("1h", _("last hour")),
        ("24h", _("last 24 hours")),
        ("7d", _("last 7 days")),
        ("30d", _("last 30 days")),
        ("all", _("all that is kept")),
    ]


def _local(desk: Desk, name: str) -> int | None:
    """A time of a `datetime-local` field, in the centre's zone."""
    text = desk.asked(name, 30)
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=times.zone(desk.profile.timezone))
    at = int(moment.timestamp() * 1_000_000)
    return at if 0 < at < 1 << 62 else None
