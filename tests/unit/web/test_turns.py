"""Whose turn it is to search, and what happens when they leave."""

import asyncio
import socket
import threading
from typing import Any

import pytest
import uvicorn

from keng.i18n import using
from keng.store.base import Page
from keng.store.errors import SearchTooHeavyError
from keng.web.app import create_app
from keng.web.turns import AT_ONCE, MAX_SECONDS, MAX_WAITING, WINDOW_S, TooManyError, Turns


def test_two_searches_of_a_person_run_at_once_and_another_person_is_not_held_up() -> None:
    async def scene() -> None:
        turns, running = Turns(), []
        go = asyncio.Event()

        async def search(user: int) -> None:
            async with turns.turn(user):
                running.append(user)
                await go.wait()

        async with asyncio.TaskGroup() as group:
            for user in (1, 1, 1, 1, 2):
                group.create_task(search(user))
            await asyncio.sleep(0.01)
            assert sorted(running) == [1] * AT_ONCE + [2]
            go.set()
        assert sorted(running) == [1, 1, 1, 1, 2]

    asyncio.run(scene())


def test_nobody_queues_without_end() -> None:
    async def scene() -> None:
        turns, go = Turns(), asyncio.Event()

        async def search() -> None:
            async with turns.turn(1):
                await go.wait()

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE + MAX_WAITING):
                group.create_task(search())
            await asyncio.sleep(0.01)
            with pytest.raises(TooManyError):
                async with turns.turn(1):
                    pass
            go.set()

    asyncio.run(scene())


def test_a_persons_time_is_bounded_and_comes_back() -> None:
    async def scene() -> None:
        now = [1000.0]
        turns = Turns(lambda: now[0])
        async with turns.turn(1):
            now[0] += MAX_SECONDS + 1
        with pytest.raises(TooManyError):
            async with turns.turn(1):
                pass
        async with turns.turn(2):
            pass
        now[0] += WINDOW_S + 1
        async with turns.turn(1):
            pass

    asyncio.run(scene())


def test_the_parts_of_a_page_are_one_search_in_the_log() -> None:
    turns = Turns()
    assert turns.first(1, "run", "query") and not turns.first(1, "run", "query")
    assert turns.first(2, "run", "query")


def test_when_the_browser_goes_away_the_search_is_ended_in_the_store(
    centre: Any, browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, ended = threading.Event(), threading.Event()

    def slow(*_args: Any, **_more: Any) -> Page:
        began.set()
        if not ended.wait(10):
            return Page()
        raise SearchTooHeavyError("cancelled")

    monkeypatch.setattr(centre.store, "search", slow)
    monkeypatch.setattr(centre.store, "cancel", lambda tag: ended.set() if tag.endswith("-r1") else None)
    person = browser("an.tran")
    answer = person.post("/search/reason", {"kind": "hunt", "back": "/search"})
    cookies = person.cookies | {"keng_reason": answer.cookies["keng_reason"]}
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(create_app(centre), log_level="error", timeout_graceful_shutdown=2)
    )
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
    thread.start()
    try:
        with socket.create_connection(listening.getsockname(), 5) as sock:
            cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
            sock.sendall(f"GET /search/rows?run=r1 HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode())
            assert began.wait(10)
        assert ended.wait(5), "the store was not told"
    finally:
        server.should_exit = True
        ended.set()
        thread.join(10)


def test_a_person_has_one_export_at_a_time() -> None:
    turns = Turns()
    with turns.export(1):
        with using("en"), pytest.raises(TooManyError, match="export"), turns.export(1):
            pass
        with turns.export(2):
            pass
    with turns.export(1):
        pass
