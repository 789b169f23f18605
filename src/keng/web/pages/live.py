"""The stream of changes: one long answer of server-sent events a page, on which its parts load themselves anew."""

import asyncio
import time
from collections.abc import AsyncIterator

from litestar import get
from litestar.exceptions import HTTPException
from litestar.response import ServerSentEvent, ServerSentEventMessage

from keng.web.base import Centre
from keng.web.desk import AtDesk
from keng.web.gate import find_session

MAX_STREAMS = 200
PULSE_S = 5.0
_open: set[object] = set()


@get("/alerts/stream", sync_to_thread=False)
def stream(desk: AtDesk) -> ServerSentEvent:
    """`alerts` when an alert changed, `pulse` every 5 s. Ends within a second of the session."""
    if desk.session is None or len(_open) >= MAX_STREAMS:
        raise HTTPException(status_code=503)
    return ServerSentEvent(messages(desk.centre, desk.session.id), retry_duration=3_000)


async def messages(centre: Centre, session_id: str) -> AsyncIterator[ServerSentEventMessage]:
    """The messages of one subscriber. Names only: the parts that they reload check rights themselves."""
    ticket = object()
    _open.add(ticket)
    try:
        with centre.changes.subscribe() as queue:
            last_pulse = time.monotonic()
            yield ServerSentEventMessage(event="pulse", data="0")
            while True:
                changed = 0
                try:
                    await asyncio.wait_for(queue.get(), 1.0)
                    changed = 1
                    while not queue.empty():
                        queue.get_nowait()
                        changed += 1
                except TimeoutError:
                    pass
                if await asyncio.to_thread(find_session, centre, session_id, False) is None:
                    return
                if changed:
                    yield ServerSentEventMessage(event="alerts", data=str(changed))
                if time.monotonic() - last_pulse >= PULSE_S:
                    last_pulse = time.monotonic()
                    yield ServerSentEventMessage(event="pulse", data="0")
    finally:
        _open.discard(ticket)


ROUTES = [stream]
