"""Warnings: drafted, read, changed, approved, published; and what each agency did with them."""

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from keng.bulletins.pdf import bulletin_pdf
from keng.bulletins.tlp import parse_tlp, sharing_text
from keng.i18n import LANGUAGES, _, language
from keng.model.bulletin import Bulletin, BulletinText, Tlp
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.state import bulletins as state
from keng.state import deliveries, incidents, register, users
from keng.web.desk import AtDesk, Desk
from keng.web.threads import in_thread


@get("/warnings")
@in_thread
def warning_list(desk: AtDesk) -> Response[str]:
    """All warnings with how far their answers are."""
    with desk.centre.state.read() as conn:
        found = state.bulletins(conn, limit=200)
        sent = {one.id: deliveries.deliveries(conn, one.id) for one in found if one.published_us}
    return desk.page("warnings.html", warnings=found, sent=sent)


@get("/warnings/{bulletin_id:int}")
@in_thread
def warning_page(desk: AtDesk, bulletin_id: FromPath[int]) -> Response[str]:
    """One warning: a form while it is not out, a letter and its answers after."""
    with desk.centre.state.read() as conn:
        found = _must(conn, bulletin_id)
        agencies = register.agencies(conn)
        incident = incidents.incident(conn, found.incident) if found.incident else None
        people = users.users(conn)
        sent = deliveries.deliveries(conn, bulletin_id)
        ids = [agency.id for agency in agencies]
        telemetry = state.telemetry_findings(conn, found.incident, ids, desk.now_us)
    others = [user for user in people if user.role in state.APPROVERS and not user.disabled]
    own_eyes = desk.user.name in found.edited_by and any(user.name != desk.user.name for user in others)
    return desk.page(
        "warning.html",
        bulletin=found,
        incident=incident,
        agencies=agencies,
        names={agency.id: agency.name(language()) for agency in agencies},
        display={user.name: user.display_name for user in people},
        own_eyes=own_eyes,
        approvers=[user.display_name for user in others if user.name not in found.edited_by],
        severities=list(reversed(Severity)),
        labels=[(one, sharing_text(one)) for one in Tlp],
        languages=LANGUAGES,
        sent=sent,
        answered=[one for one in sent if one.confirmed_us],
        telemetry=telemetry,
    )


@get("/warnings/{bulletin_id:int}/warning.pdf")
@in_thread
def warning_pdf(desk: AtDesk, bulletin_id: FromPath[int]) -> Response[bytes]:
    """The letter, for the centre's file: with all recipients."""
    wanted = desk.asked("language", 2)
    chosen = wanted if wanted in LANGUAGES else language()
    with desk.centre.state.read() as conn:
        found = _must(conn, bulletin_id)
        names = {agency.id: agency.name(chosen) for agency in register.agencies(conn)}
        to = tuple(names.get(one.agency, one.agency) for one in deliveries.deliveries(conn, bulletin_id))
        signer = users.user_by_name(conn, found.approved_by) if found.approved_by else None
    data = bulletin_pdf(found, desk.profile, chosen, to, signer.display_name if signer else "")
    return pdf_response(data, f"{found.number}-{chosen}.pdf")


@post("/warnings/{bulletin_id:int}/edit")
@in_thread
def warning_edit(desk: AtDesk, bulletin_id: FromPath[int]) -> Redirect:
    """Save the draft; an approval is void after a change."""
    edit = _edit(desk)
    if isinstance(edit, Rejected):
        return desk.refuse(f"/warnings/{bulletin_id}", edit)
    with desk.centre.state.write() as conn:
        _must(conn, bulletin_id)
        result = state.edit_bulletin(conn, bulletin_id, edit, desk.actor, desk.now_us)
    return _done(desk, bulletin_id, result, _("Saved."))


@post("/warnings/{bulletin_id:int}/approve")
@in_thread
def warning_approve(desk: AtDesk, bulletin_id: FromPath[int]) -> Redirect:
    """A second pair of eyes says yes."""
    with desk.centre.state.write() as conn:
        _must(conn, bulletin_id)
        result = state.approve_bulletin(conn, bulletin_id, desk.actor, desk.now_us)
    return _done(desk, bulletin_id, result, _("Approved. Choose the agencies and publish it."))


@post("/warnings/{bulletin_id:int}/publish")
@in_thread
def warning_publish(desk: AtDesk, bulletin_id: FromPath[int]) -> Redirect:
    """Send it to the chosen agencies."""
    chosen = desk.many("agency")
    with desk.centre.state.write() as conn:
        _must(conn, bulletin_id)
        result = state.publish_bulletin(conn, bulletin_id, chosen, desk.actor, desk.now_us)
    return _done(desk, bulletin_id, result, _("Published. The agencies see it in their portal now."))


@post("/warnings/{bulletin_id:int}/withdraw")
@in_thread
def warning_withdraw(desk: AtDesk, bulletin_id: FromPath[int]) -> Redirect:
    """Take it back, with a reason that its recipients read."""
    with desk.centre.state.write() as conn:
        _must(conn, bulletin_id)
        result = state.withdraw_bulletin(
            conn, bulletin_id, desk.text("reason", 2_000), desk.actor, desk.now_us
        )
    return _done(desk, bulletin_id, result, _("Withdrawn."))


def pdf_response(data: bytes, name: str) -> Response[bytes]:
    """A PDF that the browser shows or saves under this name (of our own making, ASCII)."""
    return Response(
        data,
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def _must(conn: Connection, bulletin_id: int) -> Bulletin:
    found = state.bulletin(conn, bulletin_id)
    if found is None:
        raise NotFoundException()
    return found


def _done(desk: Desk, bulletin_id: int, result: Bulletin | Rejected, notice: str) -> Redirect:
    path = f"/warnings/{bulletin_id}"
    return desk.refuse(path, result) if isinstance(result, Rejected) else desk.go(path, notice)


def _edit(desk: Desk) -> state.BulletinEdit | Rejected:
    tlp = parse_tlp(desk.text("tlp", 40))
    if isinstance(tlp, Rejected):
        return tlp
    try:
        severity = Severity.from_level(desk.text("severity", 20))
    except KeyError:
        return Rejected(_("choose a severity"))
    return state.BulletinEdit(
        severity=severity, tlp=tlp, texts={one: _read_text(desk, one) for one in LANGUAGES}
    )


def _read_text(desk: Desk, of: str) -> BulletinText:
    steps = [line.strip() for line in desk.text(f"actions_{of}").split("\n")]
    return BulletinText(
        title=desk.text(f"title_{of}"),
        what=desk.text(f"what_{of}"),
        concerns=desk.text(f"concerns_{of}"),
        actions=tuple(step for step in steps if step),
        report_to=desk.text(f"report_to_{of}"),
    )


ROUTES = [
    warning_list,
    warning_page,
    warning_pdf,
    warning_edit,
    warning_approve,
    warning_publish,
    warning_withdraw,
]
