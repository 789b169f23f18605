"""The portal of an agency: its warnings and its systems; nothing of anybody else."""

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from keng.bulletins.pdf import bulletin_pdf
from keng.bulletins.tlp import sharing_text
from keng.i18n import LANGUAGES, _, language
from keng.model.bulletin import BulletinStatus, Finding
from keng.model.rejected import Rejected
from keng.state import deliveries, register
from keng.web.desk import AtDesk, Desk
from keng.web.pages.warnings import pdf_response
from keng.web.pulse import AtPulse
from keng.web.source_rows import source_rows
from keng.web.threads import in_thread


@get("/portal")
@in_thread
def portal(desk: AtDesk) -> Response[str]:
    """The warnings that were sent to the person's agency; those without an answer first."""
    with desk.centre.state.read() as conn:
        agency = register.agency(conn, desk.user.agency)
        found = deliveries.bulletins_of_agency(conn, desk.user.agency)
    open_ones = [
        one
        for one in found
        if not one.delivery.confirmed_us and one.bulletin.status is BulletinStatus.PUBLISHED
    ]
    return desk.page(
        "portal.html",
        agency=agency.name(language()) if agency else desk.user.agency,
        open_ones=open_ones,
        others=[one for one in found if one not in open_ones],
    )


@get("/portal/systems")
@in_thread
def portal_systems(desk: AtDesk, pulse: AtPulse) -> Response[str]:
    """The agency's own systems and the state of its log sources."""
    own = frozenset((desk.user.agency,))
    with desk.centre.state.read() as conn:
        agency = register.agency(conn, desk.user.agency)
        systems = register.systems(conn, own)
        rows = source_rows(conn, {}, pulse, desk.now_us, own)
    return desk.page(
        "portal_systems.html",
        agency=agency.name(language()) if agency else desk.user.agency,
        systems=systems,
        sources=rows,
        system_names={system.id: system.name(language()) for system in systems},
    )


@get("/portal/warnings/{bulletin_id:int}")
@in_thread
def portal_warning(desk: AtDesk, bulletin_id: FromPath[int]) -> Response[str]:
    """One warning; opening it is recorded."""
    with desk.centre.state.write() as conn:
        deliveries.mark_read(conn, bulletin_id, desk.user.agency, desk.actor, desk.now_us)
        found = _must(conn, desk, bulletin_id)
    return desk.page(
        "portal_warning.html",
        bulletin=found.bulletin,
        delivery=found.delivery,
        text=found.bulletin.text(language()),
        sharing=sharing_text(found.bulletin.tlp),
        findings=_findings(),
    )


@get("/portal/warnings/{bulletin_id:int}/warning.pdf")
@in_thread
def portal_pdf(desk: AtDesk, bulletin_id: FromPath[int]) -> Response[bytes]:
    """The letter, addressed to this agency alone; opening it is recorded, too."""
    wanted = desk.asked("language", 2)
    chosen = wanted if wanted in LANGUAGES else language()
    with desk.centre.state.write() as conn:
        deliveries.mark_read(conn, bulletin_id, desk.user.agency, desk.actor, desk.now_us)
        found = _must(conn, desk, bulletin_id)
        agency = register.agency(conn, desk.user.agency)
    name = agency.name(chosen) if agency else desk.user.agency
    data = bulletin_pdf(found.bulletin, desk.profile, chosen, (name,), "", name)
    return pdf_response(data, f"{found.bulletin.number}-{chosen}.pdf")


@post("/portal/warnings/{bulletin_id:int}/confirm")
@in_thread
def portal_confirm(desk: AtDesk, bulletin_id: FromPath[int]) -> Redirect:
    """The agency's answer."""
    path = f"/portal/warnings/{bulletin_id}"
    try:
        finding = Finding(desk.text("finding", 20))
    except ValueError:
        return desk.refuse(path, Rejected(_("choose one of the three answers")))
    with desk.centre.state.write() as conn:
        _must(conn, desk, bulletin_id)
        result = deliveries.confirm(
            conn,
            bulletin_id,
            desk.user.agency,
            finding,
            desk.text("note", deliveries.MAX_NOTE),
            desk.numbers("done"),
            desk.actor,
            desk.now_us,
        )
    if isinstance(result, Rejected):
        return desk.refuse(path, result)
    return desk.go(path, _("Thank you. The centre has your answer."))


def _must(conn: Connection, desk: Desk, bulletin_id: int) -> deliveries.AgencyBulletin:
    found = deliveries.bulletin_of_agency(conn, bulletin_id, desk.user.agency)
    if found is None:
        raise NotFoundException()
    return found


def _findings() -> list[tuple[str, str, str]]:
    return [
        (Finding.HIT.value, _("We are hit"), _("There are traces of it on our systems.")),
        (Finding.NOT_HIT.value, _("We are not hit"), _("We looked, and found no traces.")),
        (
            Finding.CANNOT_TELL.value,
            _("We cannot tell"),
            _("We lack the logs, the means or the time to look."),
        ),
    ]


ROUTES = [portal, portal_systems, portal_warning, portal_pdf, portal_confirm]
