"""How long events are kept, what is deleted when, and the legal holds that keep some of them longer."""

from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from keng.i18n import _, language
from keng.model.hold import Hold
from keng.model.rejected import Rejected
from keng.runtime.expiry import days_by_level
from keng.state import register
from keng.state.holds import MAX_REASON, add_hold, holds, release_hold
from keng.store.errors import StoreError
from keng.store.retention import KeptDay
from keng.web import times
from keng.web.desk import AtDesk
from keng.web.threads import in_thread

PAGE = "/retention"
NEXT = 14


class LevelRow(NamedTuple):
    """What is kept of one level. oldest, due: days in words, "" while nothing is kept; late: due events that a hold keeps."""

    level: int
    days: int
    events: int
    bytes: int
    oldest: str
    due: str
    late: int


class DueRow(NamedTuple):
    """A day of arrival whose events are deleted next, unless a hold keeps them."""

    due: str
    day: str
    level: int
    events: int


@get(PAGE)
@in_thread
def retention(desk: AtDesk) -> Response[str]:
    """The page."""
    days = days_by_level(desk.centre.state, desk.centre.settings)
    try:
        kept, trouble = desk.centre.store.kept_days(), ""
    except StoreError as error:
        kept, trouble = (), str(error)
    today = datetime.fromtimestamp(desk.now_us / 1e6, UTC).date()
    with desk.centre.state.read() as conn:
        known = holds(conn, released=True)
        agencies, systems, sources = register.agencies(conn), register.systems(conn), register.sources(conn)
    return desk.page(
        "retention.html",
        levels=level_rows(kept, days, today),
        due=due_rows(kept, days, today),
        holds=sorted(known, key=lambda one: (bool(one.released_us), -one.id)),
        agencies=agencies,
        systems=systems,
        sources=sources,
        names={agency.id: agency.name(language()) for agency in agencies},
        trouble=trouble,
    )


def level_rows(kept: tuple[KeptDay, ...], days: dict[int, int], today: date) -> list[LevelRow]:
    """One row a level of which anything is kept, and each that the law names."""
    rows = []
    for level in sorted({*days, *(one.level for one in kept)}):
        own = [one for one in kept if one.level == level]
        coming = [one.due(days) for one in own if one.due(days) > today]
        rows.append(
            LevelRow(
                level,
                days.get(level, max(days.values())),
                sum(one.events for one in own),
                sum(one.bytes for one in own),
                _told(date.fromisoformat(own[0].day)) if own else "",
                _told(min(coming)) if coming else "",
                sum(one.events for one in own if one.due(days) < today),
            )
        )
    return rows


def due_rows(kept: tuple[KeptDay, ...], days: dict[int, int], today: date) -> list[DueRow]:
    """The next days of arrival to go, the first first."""
    coming = sorted((one.due(days), one.day, one.level, one.events) for one in kept if one.due(days) >= today)
    return [
        DueRow(_told(due), _told(date.fromisoformat(day)), level, events)
        for due, day, level, events in coming[:NEXT]
    ]


@post(f"{PAGE}/holds")
@in_thread
def hold_add(desk: AtDesk) -> Redirect:
    """Order a hold."""
    begin, end = _day(desk, "from"), _day(desk, "to")
    if isinstance(begin, Rejected):
        return desk.refuse(PAGE, begin)
    if isinstance(end, Rejected):
        return desk.refuse(PAGE, end)
    agency, system, source = desk.text("agency", 64), desk.text("system", 64), desk.text("source", 64)
    if not (agency or system or source or begin or end or desk.text("everything")):
        return desk.refuse(PAGE, Rejected(_("say what to hold, or tick that everything is held")))
    wanted = Hold(0, agency, system, source, begin, end, desk.text("reason", MAX_REASON), "", 0)
    with desk.centre.state.write() as conn:
        kept = add_hold(conn, wanted, desk.actor, desk.now_us)
    if isinstance(kept, Rejected):
        return desk.refuse(PAGE, kept)
    return desk.go(PAGE, _("Hold {number} is in force.", number=kept.id))


@post(f"{PAGE}/holds/{{hold_id:int}}/release")
@in_thread
def hold_release(desk: AtDesk, hold_id: FromPath[int]) -> Redirect:
    """End a hold."""
    with desk.centre.state.write() as conn:
        done = release_hold(conn, hold_id, desk.text("reason", MAX_REASON), desk.actor, desk.now_us)
    if isinstance(done, Rejected):
        return desk.refuse(PAGE, done)
    return desk.go(PAGE, _("Hold {number} is released.", number=hold_id))


def _day(desk: AtDesk, name: str) -> int | Rejected:
    """Midnight of a day of the form, where the centre is; 0 if none is given."""
    text = desk.text(name, 32)
    if not text:
        return 0
    try:
        moment = datetime.combine(
            date.fromisoformat(text), datetime.min.time(), ZoneInfo(desk.profile.timezone)
        )
        return int(moment.timestamp() * 10**6)
    except (ValueError, OverflowError):
        return Rejected(_("{given} is no day", given=text), name)


def _told(day: date) -> str:
    """A day of UTC in words, without a zone that would move it."""
    return times.day(int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 10**6), "UTC")


ROUTES = [retention, hold_add, hold_release]
