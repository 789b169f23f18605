"""The register: agencies, systems with their level, log sources and their tokens; edited here or loaded from a file."""

import re

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from keng.i18n import _, language
from keng.model.agency import MAX_LEVEL, Agency, Contact, InformationSystem, LogSourceEntry, Register
from keng.model.rejected import Rejected
from keng.model.time_zone import time_zone
from keng.state import alerts as alert_state
from keng.state import audit, register
from keng.state.certificates import certificates
from keng.state.database import State
from keng.state.register_file import TRANSPORTS, parse_register, unknown_zone
from keng.state.tokens import replace_token, revoke_tokens, tokens
from keng.web.desk import AtDesk, Desk
from keng.web.pulse import AtPulse, Pulse
from keng.web.source_rows import source_rows
from keng.web.threads import in_thread

KINDS = ("hospital", "department", "district", "commune", "school", "enterprise", "office", "centre")
_ID = re.compile(r"[a-z0-9-]{1,64}")


class _RefusedError(Exception):
    """Undoes a transaction; carries why."""

    def __init__(self, problem: Rejected) -> None:
        super().__init__(problem.reason)
        self.problem = problem


@get("/register")
@in_thread
def register_page(desk: AtDesk) -> Response[str]:
    """All agencies."""
    return _register_page(desk)


@post("/register/load")
@in_thread
def register_load(desk: AtDesk) -> Response[str]:
    """Load a register file; new tokens are shown this once, on the answer itself."""
    parsed = parse_register(desk.upload)
    if isinstance(parsed, tuple):
        return _register_page(desk, problems=parsed, status=422)
    try:
        issued = _load(desk.centre.state, desk, parsed)
    except _RefusedError as refused:
        return _register_page(desk, problems=(refused.problem,), status=422)
    return _register_page(desk, issued=issued, loaded=len(parsed.agencies))


@get("/register/agencies/{agency_id:str}")
@in_thread
def agency_page(desk: AtDesk, agency_id: FromPath[str], pulse: AtPulse) -> Response[str]:
    """One agency with its systems, log sources and open alerts."""
    return _agency_page(desk, pulse, agency_id)


@post("/register/agencies")
@in_thread
def agency_save(desk: AtDesk) -> Redirect:
    """Add or change an agency."""
    agency_id = desk.text("id", 64)
    entry = Agency(
        id=agency_id,
        name_vi=desk.text("name_vi", 200),
        name_en=desk.text("name_en", 200),
        kind=desk.text("kind", 40),
        address=desk.text("address", 300),
        contacts=_contacts(desk),
    )
    if (problem := _bad_id(agency_id)) or (problem := _bad_name(entry.name_vi, entry.name_en)):
        return desk.refuse("/register", problem)
    with desk.centre.state.write() as conn:
        register.save_agency(conn, entry)
        audit.record(conn, desk.now_us, desk.actor, "register.agency", f"agency:{agency_id}")
    return desk.go(f"/register/agencies/{agency_id}", _("Saved."))


@post("/register/systems")
@in_thread
def system_save(desk: AtDesk) -> Redirect:
    """Add or change an information system."""
    agency_id, system_id = desk.text("agency", 64), desk.text("id", 64)
    back = f"/register/agencies/{agency_id}"
    level = desk.text("level", 2)
    entry = InformationSystem(
        id=system_id,
        agency=agency_id,
        name_vi=desk.text("name_vi", 200),
        name_en=desk.text("name_en", 200),
        level=int(level) if level.isascii() and level.isdigit() else 0,
        description=desk.text("description", 2_000),
    )
    if (problem := _bad_id(system_id)) or (problem := _bad_name(entry.name_vi, entry.name_en)):
        return desk.refuse(back, problem)
    if not 1 <= entry.level <= MAX_LEVEL:
        return desk.refuse(back, Rejected(_("a level is 1 to 5")))
    with desk.centre.state.write() as conn:
        old = register.system(conn, system_id)
        problem = (
            Rejected(_("this id belongs to another agency"), system_id)
            if old and old.agency != agency_id
            else register.save_system(conn, entry)
        )
        if problem is None:
            audit.record(conn, desk.now_us, desk.actor, "register.system", f"system:{system_id}")
    return desk.refuse(back, problem) if problem else desk.go(back, _("Saved."))


@post("/register/sources")
@in_thread
def source_save(desk: AtDesk) -> Redirect:
    """Add or change a log source."""
    agency_id, source_id = desk.text("agency", 64), desk.text("id", 64)
    back = f"/register/agencies/{agency_id}"
    transport = desk.text("transport", 20)
    entry = LogSourceEntry(
        id=source_id,
        agency=agency_id,
        name=desk.text("name", 200) or source_id,
        kind=desk.text("kind", 40),
        transport=transport if transport in TRANSPORTS else TRANSPORTS[0],
        system=desk.text("system", 64),
        hostnames=tuple(word.lower() for word in _words(desk.text("hostnames", 4_000))),
        addresses=_words(desk.text("addresses", 4_000)),
        enabled=bool(desk.text("enabled", 2)),
        time_zone=desk.text("time_zone", 64),
    )
    if problem := _bad_id(source_id):
        return desk.refuse(back, problem)
    if entry.time_zone and time_zone(entry.time_zone) is None:
        return desk.refuse(back, Rejected(unknown_zone(entry.time_zone)))
    with desk.centre.state.write() as conn:
        old = register.source(conn, source_id)
        refused = (
            Rejected(_("this id belongs to another agency"), source_id)
            if old and old.agency != agency_id
            else register.save_source(conn, entry)
        )
        if refused is None:
            audit.record(conn, desk.now_us, desk.actor, "register.source", f"source:{source_id}")
    return desk.refuse(back, refused) if refused else desk.go(back, _("Saved."))


@post("/register/sources/{source_id:str}/token")
@in_thread
def token_issue(desk: AtDesk, source_id: FromPath[str], pulse: AtPulse) -> Response[str]:
    """A new token; the old ones end. Shown this once, on the answer itself: it is never written to a page address."""
    with desk.centre.state.write() as conn:
        entry = _must(conn, source_id)
        token = replace_token(conn, source_id, desk.now_us)
        audit.record(conn, desk.now_us, desk.actor, "token.issue", f"source:{source_id}")
    return _agency_page(desk, pulse, entry.agency, {source_id: token})


@post("/register/sources/{source_id:str}/withdraw")
@in_thread
def token_withdraw(desk: AtDesk, source_id: FromPath[str]) -> Redirect:
    """Its tokens end at once."""
    with desk.centre.state.write() as conn:
        entry = _must(conn, source_id)
        count = revoke_tokens(conn, source_id, desk.now_us)
        audit.record(conn, desk.now_us, desk.actor, "token.withdraw", f"source:{source_id}")
    return desk.go(f"/register/agencies/{entry.agency}", _("{count} tokens withdrawn.", count=count))


def _load(state: State, desk: Desk, parsed: Register) -> dict[str, str]:
    with state.write() as conn:
        issued = register.load_register(conn, parsed, desk.now_us)
        if isinstance(issued, Rejected):
            raise _RefusedError(issued)
        details = {"agencies": str(len(parsed.agencies)), "sources": str(len(parsed.sources))}
        audit.record(conn, desk.now_us, desk.actor, "register.load", "register", details)
    return issued


def _register_page(
    desk: Desk,
    problems: tuple[Rejected, ...] = (),
    issued: dict[str, str] | None = None,
    loaded: int = 0,
    status: int = 200,
) -> Response[str]:
    with desk.centre.state.read() as conn:
        agencies = register.agencies(conn)
        systems = register.systems(conn)
        sources = register.sources(conn)
        open_alerts = alert_state.open_alerts_by_agency(conn, None)
    return desk.page(
        "register.html",
        status,
        agencies=agencies,
        systems=systems,
        sources=sources,
        open_alerts=open_alerts,
        problems=problems,
        issued=issued or {},
        loaded=loaded,
        kinds=KINDS,
    )


def _agency_page(
    desk: Desk, pulse: Pulse, agency_id: str, issued: dict[str, str] | None = None
) -> Response[str]:
    only = frozenset((agency_id,))
    with desk.centre.state.read() as conn:
        agency = register.agency(conn, agency_id)
        if agency is None:
            raise NotFoundException()
        systems = register.systems(conn, only)
        rows = source_rows(conn, {agency_id: agency.name(language())}, pulse, desk.now_us, None)
        own = [row for row in rows if row.entry.agency == agency_id]
        wanted = alert_state.AlertFilter(statuses=alert_state.OPEN, agency=agency_id)
        alerts = alert_state.alerts(conn, wanted, desk.agencies, limit=20)
        shown = {
            row.entry.id: [c for c in certificates(conn, row.entry.id) if not c.withdrawn_us] for row in own
        }
        keys = {row.entry.id: [t for t in tokens(conn, row.entry.id) if not t.revoked_us] for row in own}
    return desk.page(
        "agency.html",
        agency=agency,
        systems=systems,
        sources=own,
        alerts=alerts,
        keys=keys,
        certificates=shown,
        transports=TRANSPORTS,
        by_token=register.BY_TOKEN,
        issued=issued or {},
        kinds=KINDS,
        system_names={system.id: system.name(language()) for system in systems},
        levels=range(1, MAX_LEVEL + 1),
    )


def _must(conn: Connection, source_id: str) -> LogSourceEntry:
    entry = register.source(conn, source_id)
    if entry is None:
        raise NotFoundException()
    return entry


def _bad_id(entry_id: str) -> Rejected | None:
    if _ID.fullmatch(entry_id):
        return None
    return Rejected(
        _("an id has 1 to 64 lower-case letters without accents, digits and hyphens"), entry_id[:64]
    )


def _bad_name(vi: str, en: str) -> Rejected | None:
    return None if vi or en else Rejected(_("a name is needed in Vietnamese or English"))


def _contacts(desk: Desk) -> tuple[Contact, ...]:
    rows = zip(
        desk.many("contact_name"),
        desk.many("contact_role"),
        desk.many("contact_phone"),
        desk.many("contact_email"),
        strict=False,
    )
    return tuple(Contact(*(value.strip()[:200] for value in row)) for row in rows if row[0].strip())


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())[:200]


ROUTES = [
    register_page,
    register_load,
    agency_page,
    agency_save,
    system_save,
    source_save,
    token_issue,
    token_withdraw,
]
