"""Client certificates of a log source: let one in by its PEM text or by a name, withdraw one."""

from litestar import post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from keng.i18n import _
from keng.model.rejected import Rejected
from keng.state import audit, register
from keng.state.certificates import MAX_PEM, add_certificate, add_name, withdraw_certificates
from keng.web.desk import AtDesk
from keng.web.threads import in_thread


@post("/register/sources/{source_id:str}/certificate")
@in_thread
def certificate_add(desk: AtDesk, source_id: FromPath[str]) -> Redirect:
    """Let a certificate in: the text of it, or a DNS name that the centre's authority certified."""
    pem, name = desk.text("pem", MAX_PEM), desk.text("name", 255)
    with desk.centre.state.write() as conn:
        entry = register.source(conn, source_id)
        if entry is None:
            raise NotFoundException()
        added = (
            add_certificate(conn, source_id, pem, desk.now_us)
            if pem
            else add_name(conn, source_id, name, desk.now_us)
        )
        if not isinstance(added, Rejected):
            about = f"source:{source_id} {added.identity}"
            audit.record(conn, desk.now_us, desk.actor, "certificate.add", about)
    back = f"/register/agencies/{entry.agency}"
    return desk.refuse(back, added) if isinstance(added, Rejected) else desk.go(back, _("Saved."))


@post("/register/sources/{source_id:str}/certificate/withdraw")
@in_thread
def certificate_withdraw(desk: AtDesk, source_id: FromPath[str]) -> Redirect:
    """It ends within a second, on open connections too."""
    identity = desk.text("identity", 320)
    with desk.centre.state.write() as conn:
        entry = register.source(conn, source_id)
        if entry is None or not identity:
            raise NotFoundException()
        count = withdraw_certificates(conn, source_id, desk.now_us, identity)
        about = f"source:{source_id} {identity}"
        audit.record(conn, desk.now_us, desk.actor, "certificate.withdraw", about)
    notice = _("{count} certificates withdrawn.", count=count)
    return desk.go(f"/register/agencies/{entry.agency}", notice)


ROUTES = [certificate_add, certificate_withdraw]
