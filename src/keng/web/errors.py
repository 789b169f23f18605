"""What people see when something is refused or fails: a page that says what to do, never a trace."""

from functools import cache
from typing import Any
from urllib.parse import quote, urlsplit

import structlog
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from keng.i18n import _, language, set_language
from keng.store.errors import StoreError
from keng.web.gate import ForgedException, choose_language
from keng.web.render import make_environment, render

_environment = cache(make_environment)
_log = structlog.get_logger("keng.web")


def show_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Litestar's exception handler for everything."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if isinstance(error, StoreError):
        status = 503
    set_language(choose_language(request, ""))
    desk = request.scope.get("state", {}).get("desk")
    if desk is not None and desk.session is not None:
        set_language(choose_language(request, desk.session.user.language))
    if status == 401:
        if "hx-request" in request.headers:
            return Response(b"", status_code=401)
        wanted = request.url.path if request.method == "GET" else "/"
        return Redirect(f"/sign-in?next={quote(wanted)}", status_code=HTTP_303_SEE_OTHER)
    if status >= 500:
        _log.error("page failed", path=request.url.path, method=request.method, exc_info=error)
    title, text = _words(status, error)
    theme = request.cookies.get("keng_theme", "")
    shown = {
        "title": title,
        "text": text,
        "status": status,
        "back": _back(request),
        "lang": language(),
        "theme": theme if theme in ("light", "dark") else "",
    }
    body = render(_environment(), "error.html", shown)
    return Response(body, media_type=MediaType.HTML, status_code=status)


def _back(request: Request[Any, Any, Any]) -> str:
    """The page of this console that the person came from; "" if there is none."""
    came_from = urlsplit(request.headers.get("referer", ""))
    elsewhere = came_from.netloc != request.headers.get("host") or came_from.path.startswith("//")
    if elsewhere or came_from.path in ("", "/sign-in", request.url.path):
        return ""
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")


def _words(status: int, error: Exception) -> tuple[str, str]:
    if isinstance(error, ForgedException):
        return _("This form is too old"), _(
            "It was opened before you signed in or out, or it did not come from this console. "
            "Go back, load the page again, and send it once more."
        )
    if status == 403:
        return _("You may not do this"), _(
            "Your account does not have this right. An administrator can change what you may do."
        )
    if status in (404, 405):
        return _("There is nothing here"), _(
            "The address is wrong, the thing was removed, or it belongs to somebody else."
        )
    if status == 413:
        return _("This is too large"), _("A form has at most 10 MB, an uploaded file at most 5 MB.")
    if status == 503:
        return _("This is not possible at the moment"), _("Wait a little and try again.")
    if status < 500:
        return _("The request could not be understood"), _("Go back and try again.")
    return _("Something went wrong here"), _(
        "The error was written to the centre's log. Try again; if it stays, tell your administrator."
    )
