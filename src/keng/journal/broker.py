"""A connection to a NATS server, kept by an event loop in a thread of its own, so that callers need none.

It reconnects for ever. What cannot be done in time is an OSError; what was asked may then have been done or not.
"""

import asyncio
import concurrent.futures
import errno
import json
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import ConnectionReconnectingError
from nats.errors import Error as NatsError

from keng.i18n import _

CONNECT_S = 5.0
ANSWER_S = 5.0
_log = structlog.get_logger("keng.journal.broker")
T = TypeVar("T")


class ApiError(Exception):
    """JetStream refused a request. code: its `err_code`."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class Broker:
    """An open connection. url: `nats://[user:password@]host:port`, or several of one cluster, with commas.

    Raises OSError if no server answers. Methods whose names begin with `a` are for coroutines given to `call`.
    """

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="broker", daemon=True)
        self._thread.start()
        self._client = Client()
        self._closed = False
        self._problem = ""
        self._asking: set[asyncio.Future[None]] = set()
        try:
            self.call(self._connect([part.strip() for part in url.split(",")]), CONNECT_S + ANSWER_S)
        except OSError as error:
            self.close()
            raise OSError(
                errno.ECONNREFUSED,
                _(
                    "the broker cannot be reached: {error}. Is nats-server running, with JetStream?",
                    error=error,
                ),
            ) from error

    @property
    def connected(self) -> bool:
        """Whether a server is there at this moment."""
        return self._client.is_connected

    @property
    def max_payload(self) -> int:
        """Bytes that one message may have."""
        return self._client.max_payload

    def call(self, work: Coroutine[Any, Any, T], timeout: float) -> T:
        """Run a coroutine in the broker's loop and wait for it. Raises OSError for every failure of the broker."""
        if not self._thread.is_alive():
            work.close()
            raise OSError(errno.EBADF, _("the connection to the broker is closed"))
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(timeout)
        except (NatsError, concurrent.futures.TimeoutError, concurrent.futures.CancelledError) as error:
            future.cancel()
            reason = str(error) or type(error).__name__
            raise OSError(errno.ETIMEDOUT, _("the broker does not answer: {error}", error=reason)) from error

    async def arequest(self, subject: str, data: bytes, headers: dict[str, str] | None = None) -> Msg:
        """A message and the answer to it."""
        return await self._request(subject, data, headers)

    async def aask(self, call: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """A request of the JetStream API, such as `STREAM.INFO.KENG`. Raises ApiError."""
        data = json.dumps(body).encode() if body is not None else b""
        answer = await self._request(f"$JS.API.{call}", data, None)
        return checked(answer.data)

    async def apublish(
        self, subject: str, data: bytes, headers: dict[str, str] | None = None, reply: str = ""
    ) -> None:
        """A message that nobody acknowledges."""
        await self._client.publish(subject, data, reply, headers)

    async def asubscribe(self, subject: str, told: Callable[[Msg], Awaitable[None]]) -> Subscription:
        """Call `told` with each message from now on."""
        return await self._client.subscribe(subject, cb=told)

    def inbox(self) -> str:
        """A subject that nobody else uses."""
        return self._client.new_inbox()

    async def amany(self, subject: str, data: bytes) -> list[Msg]:
        """A request with many answers, the last of which has a `Status` header (and is in the list, too)."""
        inbox = self._client.new_inbox()
        subscription = await self._client.subscribe(inbox)
        try:
            await self._client.publish(subject, data, inbox)
            answers: list[Msg] = []
            while not answers or "Status" not in (answers[-1].headers or {}):
                answers.append(await subscription.next_msg(ANSWER_S))
            return answers
        finally:
            if self._client.is_connected:
                await subscription.unsubscribe()

    def close(self) -> None:
        """End the connection and its thread."""
        if self._closed:
            return
        self._closed = True
        try:
            self.call(self._disconnect(), ANSWER_S)
        except OSError as error:
            _log.warning("the connection to the broker ended badly", reason=str(error))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _request(self, subject: str, data: bytes, headers: dict[str, str] | None) -> Msg:
        """The answer; what waits for one when the connection breaks fails at once, for it would wait in vain."""
        if not self._client.is_connected:
            raise ConnectionReconnectingError
        lost: asyncio.Future[None] = self._loop.create_future()
        asked = self._loop.create_task(
            self._client.request(subject, data, timeout=ANSWER_S, headers=headers), name="request"
        )
        self._asking.add(lost)
        try:
            await asyncio.wait((asked, lost), return_when=asyncio.FIRST_COMPLETED)
            if not asked.done():
                raise ConnectionReconnectingError
            return await asked
        finally:
            asked.cancel()
            self._asking.discard(lost)

    async def _connect(self, servers: list[str]) -> None:
        try:
            async with asyncio.timeout(CONNECT_S):
                await self._client.connect(
                    servers,
                    name="keng",
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=1,
                    connect_timeout=int(CONNECT_S),
                    error_cb=self._told,
                    disconnected_cb=self._lost,
                    reconnected_cb=self._again,
                )
        except TimeoutError as error:
            # The client would try for ever; who starts a centre must be told what is wrong.
            raise OSError(errno.ETIMEDOUT, self._problem or str(error)) from error

    async def _disconnect(self) -> None:
        try:
            if self._client.is_connected or self._client.is_reconnecting:
                await self._client.close()
        finally:
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

    async def _told(self, error: Exception) -> None:
        self._problem = str(error) or type(error).__name__
        _log.warning("the broker tells of an error", reason=self._problem)

    async def _lost(self) -> None:
        if not self._closed:
            _log.warning("the connection to the broker is lost")
        for lost in self._asking:
            if not lost.done():
                lost.set_result(None)

    async def _again(self) -> None:
        _log.info("the connection to the broker is there again")


def checked(answer: bytes) -> dict[str, Any]:
    """An answer of JetStream as an object. Raises ApiError if it tells of a failure."""
    values: dict[str, Any] = json.loads(answer)
    error = values.get("error")
    if error:
        raise ApiError(int(error.get("err_code", 0)), str(error.get("description", "")))
    return values
