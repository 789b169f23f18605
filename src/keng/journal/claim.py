"""One centre a stream: who holds a stream answers when another one asks for it.

There is no lock that could stay behind: the answer ends with the holder's connection, as after a kill. Two centres
that ask in the same instant both give way. A network that keeps them apart keeps one of them from the broker, too.
"""

import asyncio
import os
import socket

from nats.aio.msg import Msg
from nats.errors import TimeoutError as NatsTimeoutError

from keng.i18n import _
from keng.journal.broker import Broker
from keng.journal.lock import InUseError

ANSWERS_S = 0.5


async def claim(broker: Broker, stream: str) -> None:
    """Hold the stream for as long as the connection lasts. Raises InUseError if another process holds it."""
    own = await hold(broker, stream, "owner")
    if other := await holder(broker, stream, "owner", own):
        raise InUseError(
            _(
                "the stream {stream} is in use by another centre ({holder}). Stop that one first, or give this one a"
                " broker of its own.",
                stream=stream,
                holder=other,
            )
        )


async def work_alone(broker: Broker, stream: str) -> None:
    """For a centre that works on the journal itself. Raises InUseError if workers do."""
    await hold(broker, stream, "alone")
    if other := await holder(broker, stream, "workers"):
        raise InUseError(
            _(
                "workers are at the stream {stream} ({holder}): set `workers = true` here, or stop them first",
                stream=stream,
                holder=other,
            )
        )


async def work_together(broker: Broker, stream: str) -> None:
    """For a worker. Raises InUseError if a centre works on the journal by itself."""
    await hold(broker, stream, "workers")
    if other := await holder(broker, stream, "alone"):
        raise InUseError(
            _(
                "a centre works on the stream {stream} by itself ({holder}): set `workers = true` there first",
                stream=stream,
                holder=other,
            )
        )


async def hold(broker: Broker, stream: str, role: str) -> bytes:
    """Answer from now on to whoever asks for the role; the answer that is given."""
    own = f"{socket.gethostname()}, process {os.getpid()}, {id(broker):x}".encode()

    async def answer(message: Msg) -> None:
        await broker.apublish(message.reply, own)

    await broker.asubscribe(f"{stream}.{role}", answer)
    return own


async def holder(broker: Broker, stream: str, role: str, own: bytes = b"") -> str:
    """Who has the role beside ourselves, for a person; "" if nobody answers."""
    inbox, heard = broker.inbox(), asyncio.Queue[bytes]()

    async def hear(message: Msg) -> None:
        heard.put_nowait(message.data)

    subscription = await broker.asubscribe(inbox, hear)
    try:
        await broker.apublish(f"{stream}.{role}", b"", reply=inbox)
        async with asyncio.timeout(ANSWERS_S):
            while (other := await heard.get()) == own:
                pass
    except (TimeoutError, NatsTimeoutError):
        return ""
    finally:
        await subscription.unsubscribe()
    return other.decode("utf-8", "replace").rpartition(",")[0]
