"""Signing in and out, one's own account, language and theme."""

from litestar import Response, get, post
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from keng.auth.login import Refused, login
from keng.auth.passwords import check_password, hash_password, verify_password
from keng.auth.sessions import end_session
from keng.i18n import LANGUAGES, _, language
from keng.state import users
from keng.state.register import agency
from keng.web.desk import AtDesk, Desk, local
from keng.web.gate import COOKIE, FORM_COOKIE, new_form_secret
from keng.web.threads import in_thread

YEAR_S = 365 * 86_400


@get("/ready", sync_to_thread=False)
def ready() -> Response[str]:
    """Whether the console answers; for those who watch over the process."""
    return Response("ready\n", media_type="text/plain")


@get("/", sync_to_thread=False)
def first_page(desk: AtDesk) -> Redirect:
    """To the person's own first page."""
    return desk.go(desk.home)


@get("/sign-in")
@in_thread
def sign_in_form(desk: AtDesk) -> Response[str] | Redirect:
    """The form."""
    if desk.session is not None:
        return desk.go(desk.home)
    return _form(desk, local(desk.asked("next") or "/"))


@post("/sign-in")
@in_thread
def sign_in(desk: AtDesk) -> Response[str] | Redirect:
    """Check the password, start a session under a new id."""
    name, wanted = desk.text("name", 64), local(desk.text("next", 500) or "/")
    password = (desk.form.get("password") or [""])[0]
    old = desk.request.cookies.get(COOKIE, "")
    result = login(desk.centre.state, name, password, desk.address, desk.now_us, old)
    if isinstance(result, Refused):
        if result.wait_s:
            minutes = -(-result.wait_s // 60)
            problem = _("Too many failed tries. Wait {minutes} minutes, then try again.", minutes=minutes)
            return _form(desk, wanted, name, problem, 429)
        return _form(desk, wanted, name, _("The account or the password is wrong."), 422)
    response = Redirect(wanted, status_code=HTTP_303_SEE_OTHER)
    response.set_cookie(COOKIE, result.id, httponly=True, samesite="lax", secure=desk.secure)
    response.delete_cookie(FORM_COOKIE)
    return response


@post("/sign-out")
@in_thread
def sign_out(desk: AtDesk) -> Redirect:
    """End the session at once."""
    if desk.session is not None:
        with desk.centre.state.write() as conn:
            end_session(conn, desk.session, desk.address, desk.now_us)
    response = desk.go("/sign-in", _("You have signed out."))
    response.delete_cookie(COOKIE)
    return response


@post("/preferences")
@in_thread
def preferences(desk: AtDesk) -> Redirect:
    """Language and theme; kept in cookies, the language in the account too."""
    response = desk.go(desk.text("back", 2_000) or "/")
    chosen = desk.text("language", 2)
    if chosen in LANGUAGES:
        response.set_cookie(
            "keng_language", chosen, max_age=YEAR_S, samesite="lax", httponly=True, secure=desk.secure
        )
        if desk.session is not None:
            with desk.centre.state.write() as conn:
                users.set_language(conn, desk.user.id, chosen)
    theme = desk.text("theme", 8)
    if theme in ("light", "dark", "system"):
        response.set_cookie(
            "keng_theme", theme, max_age=YEAR_S, samesite="lax", httponly=True, secure=desk.secure
        )
    return response


@get("/account")
@in_thread
def account(desk: AtDesk) -> Response[str]:
    """One's own account."""
    with desk.centre.state.read() as conn:
        found = agency(conn, desk.user.agency) if desk.user.agency else None
    return desk.page("account.html", agency_name=found.name(language()) if found else "")


@post("/account")
@in_thread
def change_password(desk: AtDesk) -> Redirect:
    """A new password; ends every session of the account."""
    old, new, again = ((desk.form.get(name) or [""])[0] for name in ("old", "new", "again"))
    user = desk.user
    with desk.centre.state.read() as conn:
        stored = users.password_hash(conn, user.id)
    if not verify_password(old, stored):
        return desk.go("/account", _("The present password is wrong: nothing was changed."), bad=True)
    if new != again:
        return desk.go("/account", _("The two new passwords differ: nothing was changed."), bad=True)
    problem = check_password(new, user.name, user.full_name, user.agency)
    if problem is not None:
        return desk.refuse("/account", problem)
    hashed = hash_password(new)
    with desk.centre.state.write() as conn:
        users.set_password(conn, user.id, hashed, desk.actor, desk.now_us)
    response = desk.go("/sign-in", _("The password was changed. Sign in with the new one."))
    response.delete_cookie(COOKIE)
    return response


def _form(desk: Desk, wanted: str, name: str = "", problem: str = "", status: int = 200) -> Response[str]:
    secret = desk.request.cookies.get(FORM_COOKIE, "") or new_form_secret()
    if desk.session is None:
        desk.csrf = secret
    response = desk.page("sign_in.html", status, next=wanted, name=name, problem=problem)
    response.set_cookie(FORM_COOKIE, secret, httponly=True, samesite="lax", secure=desk.secure, path="/")
    return response


ROUTES = [ready, first_page, sign_in_form, sign_in, sign_out, preferences, account, change_password]
