"""The gate: every request passes it. Session, language, permission, forgery check; in this order, before any page.

Forms are protected twice: by the browser's own word of where a request came from (`Sec-Fetch-Site`, else `Origin`),
and by a secret of the session that only our pages carry. The sign-in form, which has no session yet, carries the
value of a cookie of its own.
"""

import asyncio
import hmac
import secrets
import time
from typing import Any

from jinja2 import Environment
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException, NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE

from keng.auth import sessions
from keng.i18n import LANGUAGES, set_language
from keng.web.base import Centre
from keng.web.desk import Desk
from keng.web.permissions import access

COOKIE = "keng_session"
FORM_COOKIE = "keng_form"
SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
MAX_UPLOAD = 5 * 1024 * 1024
MAX_FIELDS = 2_000


class ForgedException(HTTPException):
    """A form that did not come from a page of ours, or from one of a session that has ended."""

    status_code = 403


class Gate:
    """Made once for an app; `admit` is its guard, `check` its hook before each handler."""

    def __init__(self, centre: Centre, environment: Environment) -> None:
        self.centre = centre
        self.environment = environment

    async def admit(self, connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
        """Load the person, choose the language, and let through who may."""
        request: Request[Any, Any, Any] = (
            connection
            if isinstance(connection, Request)
            else Request(connection.scope, connection.receive, connection.send)
        )
        session_id = request.cookies.get(COOKIE, "")
        session = await asyncio.to_thread(find_session, self.centre, session_id) if session_id else None
        desk = Desk(request, self.centre, self.environment, session)
        set_language(choose_language(request, desk.session.user.language if desk.session else ""))
        connection.scope["state"]["desk"] = desk
        rule = access(str(request.method), connection.scope["path_template"])
        user = desk.session.user if desk.session else None
        if rule is None or not rule.admits(user):
            if user is None:
                raise NotAuthorizedException()
            raise PermissionDeniedException()

    async def check(self, request: Request[Any, Any, Any]) -> None:
        """Read the form of a request that changes something, and make sure that it is ours."""
        if request.method in SAFE:
            return
        if not same_site(request):
            raise ForgedException()
        desk: Desk = request.scope["state"]["desk"]
        form: dict[str, list[str]] = {}
        data = await request.form()
        for name, value in data.multi_items():
            if sum(map(len, form.values())) >= MAX_FIELDS:
                raise HTTPException(status_code=HTTP_413_REQUEST_ENTITY_TOO_LARGE)
            if isinstance(value, UploadFile):
                desk.upload = await value.read(MAX_UPLOAD + 1)
            else:
                form.setdefault(str(name), []).append(str(value))
        desk.form = form
        wanted = desk.csrf or request.cookies.get(FORM_COOKIE, "")
        given = request.headers.get("x-csrf-token") or (form.get("csrf") or [""])[0]
        if not wanted or not hmac.compare_digest(wanted.encode(), given.encode()):
            raise ForgedException()


def find_session(centre: Centre, session_id: str, used: bool = True) -> sessions.Session | None:
    """The living session with this id; `used`: note that a person used it. Blocks: call it in a thread."""
    now_us = time.time_ns() // 1000
    with centre.state.read() as conn:
        found = sessions.session(conn, session_id, now_us)
    if used and found is not None and sessions.needs_touch(found, now_us):
        with centre.state.write() as conn:
            sessions.touch(conn, session_id, now_us)
    return found


def same_site(request: Request[Any, Any, Any]) -> bool:
    """Whether the browser says that our own page sent this; programs that say nothing need the secret alone."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or origin.split("://", 1)[-1] == request.headers.get("host", "")


def choose_language(request: Request[Any, Any, Any], of_user: str) -> str:
    """The cookie's language, else the account's, else the browser's, else Vietnamese."""
    for wanted in (request.cookies.get("keng_language", ""), of_user):
        if wanted in LANGUAGES:
            return wanted
    for part in request.headers.get("accept-language", "").lower().split(","):
        if part.strip()[:2] in LANGUAGES:
            return part.strip()[:2]
    return "vi"


def new_form_secret() -> str:
    """The value of the sign-in form's cookie."""
    return secrets.token_urlsafe(24)
