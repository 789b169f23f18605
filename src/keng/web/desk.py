"""The desk: one request with the person who sits before it. Pages take it as their argument `desk`."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from jinja2 import Environment
from litestar import MediaType, Request, Response
from litestar.di import NamedDependency
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from keng.auth.roles import Permission, may
from keng.auth.sessions import Session
from keng.i18n import _, language
from keng.model.agency import CentreProfile
from keng.model.rejected import Rejected
from keng.model.user import Actor, Role, User
from keng.state import hunts, register
from keng.web.base import Centre
from keng.web.render import render

MAX_TEXT = 20_000
NOTICES = "keng_notice"


class Desk:
    """Who asks, in which language and theme, with what form; and how to answer."""

    def __init__(
        self,
        request: Request[Any, Any, Any],
        centre: Centre,
        environment: Environment,
        session: Session | None,
    ) -> None:
        self.request = request
        self.centre = centre
        self.environment = environment
        self.session = session
        self.now_us = time.time_ns() // 1000
        self.form: Mapping[str, list[str]] = {}
        self.upload = b""
        self.csrf = session.csrf if session else ""
        self._profile: CentreProfile | None = None

    @property
    def user(self) -> User:
        """The person; only on routes that need one."""
        if self.session is None:
            raise RuntimeError("this route is open to everybody: there is no person")
        return self.session.user

    @property
    def actor(self) -> Actor:
        """The person, for the audit log."""
        return Actor(self.user.name, self.address)

    @property
    def agencies(self) -> frozenset[str] | None:
        """Whose data the person may see."""
        return self.user.agencies

    @property
    def address(self) -> str:
        """Where the request came from."""
        return self.request.client.host if self.request.client else ""

    @property
    def theme(self) -> str:
        """ "light", "dark" or "" (as the system has it)."""
        wanted = self.request.cookies.get("keng_theme", "")
        return wanted if wanted in ("light", "dark") else ""

    @property
    def profile(self) -> CentreProfile:
        """The centre's name, time zone and so on."""
        if self._profile is None:
            with self.centre.state.read() as conn:
                self._profile = register.centre_profile(conn)
        return self._profile

    @property
    def new_finds(self) -> int:
        """Hunts that have found something that nobody has looked at."""
        with self.centre.state.read() as conn:
            return len(hunts.unseen(conn))

    @property
    def here(self) -> str:
        """This page's own address, for coming back to it."""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    def may(self, permission: str) -> bool:
        """Whether the person has the right, by its name in `auth/roles.py`."""
        return self.session is not None and may(self.user.role, Permission(permission))

    def text(self, name: str, limit: int = MAX_TEXT) -> str:
        """A form field, trimmed and cut; "" if it is not there."""
        values = self.form.get(name) or [""]
        return values[0].strip()[:limit].replace("\r\n", "\n")

    def many(self, name: str, limit: int = 1_000) -> list[str]:
        """All values of a form field."""
        return [value[:MAX_TEXT] for value in (self.form.get(name) or [])[:limit]]

    def numbers(self, name: str) -> list[int]:
        """All values of a form field that are whole numbers."""
        return [
            int(value) for value in self.many(name) if value.isascii() and value.isdigit() and len(value) < 19
        ]

    def asked(self, name: str, limit: int = 4_000) -> str:
        """A parameter of the address, trimmed and cut."""
        return str(self.request.query_params.get(name, ""))[:limit].strip()

    def asked_number(self, name: str, default: int = 0) -> int:
        """A whole number from the address; `default` for anything else."""
        text = self.asked(name, 20)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else default

    def page(self, template: str, status: int = 200, /, **context: Any) -> Response[str]:
        """Render a page or a part of one."""
        shown = {"desk": self, "notice": self._notice(), **context}
        response = Response(
            render(self.environment, template, shown), media_type=MediaType.HTML, status_code=status
        )
        if shown["notice"]:
            response.delete_cookie(NOTICES)
        return response

    def go(self, path: str, notice: str = "", bad: bool = False) -> Redirect:
        """Answer a form: go to a page of ours and say there what happened."""
        response = Redirect(local(path), status_code=HTTP_303_SEE_OTHER)
        if notice:
            value = urlencode({"k": "bad" if bad else "good", "t": notice[:600]})
            response.set_cookie(NOTICES, value, max_age=30, httponly=True, samesite="lax", secure=self.secure)
        return response

    def refuse(self, path: str, problem: Rejected) -> Redirect:
        """Go back and say why nothing was done."""
        return self.go(path, reason(problem), bad=True)

    @property
    def secure(self) -> bool:
        """Whether the person's connection is encrypted: then cookies are for encrypted ones only."""
        return self.request.url.scheme == "https"

    @property
    def home(self) -> str:
        """The person's first page."""
        return "/portal" if self.user.role is Role.AGENCY else "/situation"

    @property
    def language(self) -> str:
        """ "vi" or "en"."""
        return language()

    def _notice(self) -> dict[str, str]:
        values = dict(parse_qsl(self.request.cookies.get(NOTICES, "")))
        return values if values.get("t") and values.get("k") in ("good", "bad") else {}


AtDesk = NamedDependency[Desk]
"""The desk, as an argument of a page."""


def reason(problem: Rejected) -> str:
    """Why something was refused, in the person's language, with the place."""
    text = _(problem.reason)
    text = text[:1].upper() + text[1:]
    return f"{text} ({problem.position})" if problem.position else text


def local(path: str) -> str:
    """The path if it leads to a page of ours, else the home page: no open redirects."""
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or not path.startswith("/") or path.startswith(("//", "/\\")):
        return "/"
    return path if path.isprintable() else "/"
