"""Whose turn it is to search: a few searches at a time for each person, a bounded time, and an end when they leave.

A page asks for its parts side by side; two of a person's searches run at once, the others wait. When the browser goes
away (the page is closed, the search is cancelled), the running statement is ended in the store.
"""

import asyncio
import functools
import threading
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, ParamSpec

import structlog
from litestar import Response

from keng.i18n import _
from keng.web.desk import Desk

P = ParamSpec("P")
AT_ONCE = 2
MAX_WAITING = 24
WINDOW_S = 300.0
MAX_SECONDS = 240.0
"""Of store time, for one person within the window."""
MAX_PEOPLE = 1_000
CANCEL_EVERY_S = 0.25
GONE = 499
_log = structlog.get_logger("keng.web.turns")


class TooManyError(Exception):
    """The person has used up what one person may use; the text says what to do."""


class _Person:
    def __init__(self) -> None:
        self.running = asyncio.Semaphore(AT_ONCE)
        self.inside = 0
        self.used: deque[tuple[float, float]] = deque()

    def seconds(self, now: float) -> float:
        while self.used and now - self.used[0][0] > WINDOW_S:
            self.used.popleft()
        return sum(length for _at, length in self.used)


class Turns:
    """One for an app; belongs to its event loop. clock: monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._people: OrderedDict[int, _Person] = OrderedDict()
        self._exporting: set[int] = set()
        self._lock = threading.Lock()
        self._noted: OrderedDict[tuple[object, ...], None] = OrderedDict()

    @asynccontextmanager
    async def turn(self, user_id: int) -> AsyncIterator[None]:
        """A person's place. Raises TooManyError instead of letting them queue without end."""
        person = self._people.setdefault(user_id, _Person())
        self._people.move_to_end(user_id)
        while len(self._people) > MAX_PEOPLE and not next(iter(self._people.values())).inside:
            self._people.popitem(last=False)
        if person.inside >= AT_ONCE + MAX_WAITING:
            raise TooManyError(_("You have too many searches open. Close some, then try again."))
        if person.seconds(self._clock()) > MAX_SECONDS:
            raise TooManyError(
                _(
                    "Your searches have used their time of these five minutes. Choose shorter spans, or wait a little."
                )
            )
        person.inside += 1
        try:
            async with person.running:
                began = self._clock()
                try:
                    yield
                finally:
                    person.used.append((began, self._clock() - began))
        finally:
            person.inside -= 1

    @contextmanager
    def export(self, user_id: int) -> Iterator[None]:
        """A person's one export, for as long as its file is being read. From any thread. Raises TooManyError."""
        with self._lock:
            if user_id in self._exporting:
                raise TooManyError(_("You have an export running. Let it end, or cancel its download first."))
            self._exporting.add(user_id)
        try:
            yield
        finally:
            with self._lock:
                self._exporting.discard(user_id)

    def first(self, *what: object) -> bool:
        """Whether this is new: the parts of one page are one search in the audit log."""
        if what in self._noted:
            return False
        self._noted[what] = None
        while len(self._noted) > 10_000:
            self._noted.popitem(last=False)
        return True


def turns_of(desk: Desk) -> Turns:
    """The app's turns."""
    turns: Turns = desk.request.app.state.turns
    return turns


def tag_of(desk: Desk) -> str:
    """The name of this person's search in the store; `run` comes from the page, so that its button can end it."""
    run = "".join(char for char in desk.asked("run", 24) if char.isascii() and char.isalnum())
    return f"u{desk.user.id}-{run or 'x'}"


def in_turn(function: Callable[P, Response[Any]]) -> Callable[P, Awaitable[Response[Any]]]:
    """A page function that searches: runs in a thread when it is its turn, and ends when the browser has gone."""

    @functools.wraps(function)
    async def call(*args: P.args, **kwargs: P.kwargs) -> Response[Any]:
        desk = kwargs["desk"]
        if not isinstance(desk, Desk):
            raise TypeError("a page takes its desk by name")
        loop = asyncio.get_running_loop()
        try:
            async with turns_of(desk).turn(desk.user.id):
                work = loop.create_task(asyncio.to_thread(function, *args, **kwargs))
                leaving = loop.create_task(_left(desk))
                await asyncio.wait((work, leaving), return_when=asyncio.FIRST_COMPLETED)
                leaving.cancel()
                if not work.done():
                    return await _ended(desk, work)
                return work.result()
        except TooManyError as error:
            return desk.page("parts/trouble.html", 429, trouble=str(error))

    return call


async def _left(desk: Desk) -> None:
    """Returns when the browser has closed the connection."""
    while True:
        message = await desk.request.receive()
        if str(message["type"]) == "http.disconnect":
            return


async def _ended(desk: Desk, work: asyncio.Task[Response[Any]]) -> Response[Any]:
    """Cancel until it has ended: the statement may not have begun when the first word arrives."""
    while not work.done():
        await asyncio.to_thread(desk.centre.store.cancel, tag_of(desk))
        await asyncio.wait((work,), timeout=CANCEL_EVERY_S)
    if work.exception() is not None:
        _log.info("an abandoned search ended", reason=str(work.exception()))
    return Response(b"", status_code=GONE)
