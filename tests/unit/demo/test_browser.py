import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from litestar import Litestar, Request, Response, get, post

from keng.demo.browser import Browser, ConsoleError, Page
from keng.runtime.http_server import HttpServer, bind

SIGN_IN = '<form method="post" action="/sign-in"><input name="csrf" value="s"><input name="name"><input name="password"></form>'
seen: list[tuple[str, str]] = []


@get("/sign-in")
async def form() -> Response[str]:
    return Response(SIGN_IN, media_type="text/html", headers={"set-cookie": "keng_form=s; Path=/"})


@post("/sign-in")
async def sign_in(request: Request[Any, Any, Any]) -> Response[str]:
    data = await request.form()
    seen.extend((name, str(value)) for name, value in data.multi_items())
    seen.append(("cookie", request.cookies.get("keng_form", "")))
    good = data["password"] == "right"
    where = "/situation" if good else "/sign-in"
    return Response("", status_code=303, headers={"location": where})


@get("/situation")
async def situation(request: Request[Any, Any, Any]) -> Response[str]:
    return Response(request.headers.get("accept-language", ""), media_type="text/html")


def with_console(play: Callable[[Browser], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        server = HttpServer(Litestar([form, sign_in, situation]), bind("127.0.0.1", 0, "--port"))
        await server.start()
        try:
            async with Browser(f"http://127.0.0.1:{server.port}", "vi") as browser:
                await play(browser)
        finally:
            await server.stop()

    asyncio.run(run())


def test_signing_in_sends_the_page_s_secret_and_its_cookie() -> None:
    seen.clear()

    async def play(browser: Browser) -> None:
        page = await browser.sign_in("analyst", "right")
        assert page.url.endswith("/situation")
        assert page.html == "vi"

    with_console(play)
    assert sorted(seen) == [("cookie", "s"), ("csrf", "s"), ("name", "analyst"), ("password", "right")]


def test_a_wrong_password_is_told() -> None:
    async def play(browser: Browser) -> None:
        with pytest.raises(ConsoleError, match="analyst could not sign in"):
            await browser.sign_in("analyst", "wrong")

    with_console(play)


def test_a_page_that_is_not_there_is_told_with_its_address() -> None:
    async def play(browser: Browser) -> None:
        with pytest.raises(ConsoleError, match="GET /nowhere: HTTP 404"):
            await browser.open("/nowhere")

    with_console(play)


def test_a_console_that_is_gone_is_told() -> None:
    async def run() -> None:
        async with Browser("http://127.0.0.1:9", "vi") as browser:
            with pytest.raises(ConsoleError, match="ConnectError"):
                await browser.open("/")

    asyncio.run(run())


def test_a_missing_form_is_told_with_the_page() -> None:
    with pytest.raises(ConsoleError, match="/alerts has no form that is sent to …/approve"):
        Page("/alerts", SIGN_IN).form("/approve")
