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
    subject = f"{stream}.owner"
    own = f"{socket.gethostname()}, process {os.getpid()}, {id(broker):x}".encode()

    async def answer(message: Msg) -> None:
        await broker.apublish(message.reply, own)

    await broker.asubscribe(subject, answer)
    inbox, heard = broker.inbox(), asyncio.Queue[bytes]()

    async def hear(message: Msg) -> None:
        heard.put_nowait(message.data)

    subscription = await broker.asubscribe(inbox, hear)
    try:
        await broker.apublish(subject, b"", reply=inbox)
        async with asyncio.timeout(ANSWERS_S):
            while (other := await heard.get()) == own:
                pass
    except (TimeoutError, NatsTimeoutError):
        return  # nobody else answers
    finally:
        await subscription.unsubscribe()
    raise InUseError(
        _(
            "the stream {stream} is in use by another centre ({holder}). Stop that one first, or give this one a"
            " broker of its own.",
            stream=stream,
            holder=other.decode("utf-8", "replace").rpartition(",")[0],
        )
    )
