"""Accounts, for the administrator."""

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from keng.auth.passwords import generate_password, hash_password
from keng.i18n import LANGUAGES, _, language
from keng.model.rejected import Rejected
from keng.model.user import Role
from keng.state import register
from keng.state import users as state
from keng.web.desk import AtDesk, Desk
from keng.web.threads import in_thread


@get("/users")
@in_thread
def user_list(desk: AtDesk) -> Response[str]:
    """All accounts."""
    return _page(desk)


@post("/users")
@in_thread
def user_create(desk: AtDesk) -> Response[str] | Redirect:
    """A new account with a generated password, which is shown this once."""
    try:
        role = Role(desk.text("role", 20))
    except ValueError:
        return desk.refuse("/users", Rejected(_("choose a role")))
    wanted = desk.text("language", 2)
    password = generate_password()
    hashed = hash_password(password)
    with desk.centre.state.write() as conn:
        made = state.create_user(
            conn,
            desk.text("name", 64),
            role,
            hashed,
            desk.actor,
            desk.now_us,
            full_name=desk.text("full_name", 200),
            agency_id=desk.text("agency", 64) if role is Role.AGENCY else "",
            language=wanted if wanted in LANGUAGES else "",
        )
    if isinstance(made, Rejected):
        return desk.refuse("/users", made)
    return _page(desk, made.name, password)


@post("/users/{user_id:int}/password")
@in_thread
def user_password(desk: AtDesk, user_id: FromPath[int]) -> Response[str]:
    """A new generated password; the person is signed out everywhere."""
    password = generate_password()
    hashed = hash_password(password)
    with desk.centre.state.write() as conn:
        found = state.user(conn, user_id)
        if found is None:
            raise NotFoundException()
        state.set_password(conn, user_id, hashed, desk.actor, desk.now_us)
    return _page(desk, found.name, password)


@post("/users/{user_id:int}/disabled")
@in_thread
def user_disabled(desk: AtDesk, user_id: FromPath[int]) -> Redirect:
    """Disable (ends its sessions at once) or enable."""
    disabled = desk.text("disabled", 2) == "1"
    if disabled and user_id == desk.user.id:
        return desk.refuse("/users", Rejected(_("you cannot disable your own account")))
    with desk.centre.state.write() as conn:
        result = state.set_disabled(conn, user_id, disabled, desk.actor, desk.now_us)
    return desk.refuse("/users", result) if isinstance(result, Rejected) else desk.go("/users", _("Done."))


def _page(desk: Desk, name: str = "", password: str = "") -> Response[str]:
    with desk.centre.state.read() as conn:
        people = state.users(conn)
        agencies = register.agencies(conn)
    return desk.page(
        "users.html",
        people=people,
        agencies=agencies,
        names={agency.id: agency.name(language()) for agency in agencies},
        roles=list(Role),
        new_name=name,
        new_password=password,
    )


ROUTES = [user_list, user_create, user_password, user_disabled]
