"""A person of the demo at the console: signs in, opens pages, fills in forms. Real HTTP, own session, own secret."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

import httpx
import msgspec

from keng.demo.forms import Form, read_forms

TIMEOUT_S = 20.0


class ConsoleError(Exception):
    """The console did not do what a person would expect; the text says where and what it answered."""


class Page(msgspec.Struct, frozen=True):
    """A page as it was shown. url: where it stands, after redirects."""

    url: str
    html: str

    def form(self, action: str) -> Form:
        """The first form that is sent to a path with this end (its query left out)."""
        for form in read_forms(self.html):
            if form.action.partition("?")[0].endswith(action):
                return form
        raise ConsoleError(f"{self.url} has no form that is sent to …{action}")


class Browser:
    """One person's browser. Use as `async with`."""

    def __init__(self, console_url: str, language: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=console_url,
            follow_redirects=True,
            timeout=TIMEOUT_S,
            trust_env=False,
            headers={"Accept-Language": language, "User-Agent": "keng-demo", "Sec-Fetch-Site": "same-origin"},
        )

    async def __aenter__(self) -> "Browser":
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self._client.aclose()

    async def sign_in(self, account: str, password: str) -> Page:
        """Through the sign-in form."""
        page = await self.open("/sign-in")
        there = await self.submit(page, "/sign-in", {"name": account, "password": password})
        if there.url.partition("?")[0].endswith("/sign-in"):
            raise ConsoleError(f"{account} could not sign in")
        return there

    async def open(self, path: str) -> Page:
        """GET a page."""
        return await self._ask("GET", path)

    async def submit(
        self, page: Page, action: str, changes: Mapping[str, str | Sequence[str]], button: str = ""
    ) -> Page:
        """Send a form of the page. button: "name=value" of the button that is pressed, "" if it has no name."""
        form = page.form(action)
        data: dict[str, list[str]] = {}
        for name, value in form.filled(changes):
            data.setdefault(name, []).append(value)
        if button:
            name, _sign, value = button.partition("=")
            data[name] = [value]
        target = urljoin(page.url, form.action or page.url)
        if form.method == "get":
            return await self._ask("GET", target, params=data)
        return await self._ask("POST", target, data=data)

    async def _ask(self, method: str, url: str, **content: Any) -> Page:
        try:
            answer = await self._client.request(method, url, **content)
        except httpx.HTTPError as error:
            raise ConsoleError(f"{method} {url}: {type(error).__name__} {error}") from error
        if answer.status_code >= 400:
            raise ConsoleError(
                f"{answer.request.method} {answer.request.url.path}: HTTP {answer.status_code}"
            )
        return Page(str(answer.url), answer.text)
