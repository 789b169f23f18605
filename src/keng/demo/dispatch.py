"""Gives each record to the sender of its log source, and starts senders as they are needed."""

import asyncio
from collections.abc import Mapping

import httpx
import msgspec

from keng.demo.bulk_sender import BulkSender
from keng.demo.generate import Wire
from keng.demo.syslog_sender import SyslogTcpSender, SyslogUdpSender
from keng.demo.tally import Tally

DRAIN_S = 5.0


class Targets(msgspec.Struct, frozen=True):
    """Where the centre listens. bulk_url: "http://127.0.0.1:9200"; syslog: host and port, TCP and UDP."""

    bulk_url: str
    syslog_host: str
    syslog_port: int


class Dispatch:
    """All senders of the demo. tokens: by log source. Use as `async with`: the end sends what is queued."""

    def __init__(self, targets: Targets, tokens: Mapping[str, str], tally: Tally) -> None:
        self._targets = targets
        self._tokens = tokens
        self._tally = tally
        self._senders: dict[tuple[str, str], BulkSender | SyslogTcpSender] = {}
        self._tasks: list[asyncio.Task[None]] = []
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
        self._client = httpx.AsyncClient(limits=limits, timeout=30.0, trust_env=False)
        self._udp = SyslogUdpSender(targets.syslog_host, targets.syslog_port, tally)

    async def __aenter__(self) -> "Dispatch":
        await self._udp.open()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        for sender in self._senders.values():
            # A sender whose queue is full and whose centre is gone would wait for ever.
            try:
                async with asyncio.timeout(DRAIN_S):
                    await sender.close()
            except TimeoutError:
                break
        if self._tasks:
            _done, late = await asyncio.wait(self._tasks, timeout=DRAIN_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        self._udp.close()
        await self._client.aclose()

    async def send(self, wire: Wire) -> None:
        """Hand the record over; waits while its sender's queue is full."""
        if wire.route == "udp":
            self._udp.send(wire.data)
            return
        key = (wire.source, wire.route)
        sender = self._senders.get(key)
        if sender is None:
            sender = self._senders[key] = self._sender(wire)
            self._tasks.append(asyncio.get_running_loop().create_task(sender.run()))
        await sender.put(wire.data)

    def _sender(self, wire: Wire) -> BulkSender | SyslogTcpSender:
        if wire.route == "bulk":
            url, token = self._targets.bulk_url, self._tokens[wire.source]
            return BulkSender(self._client, url, wire.source, token, self._tally)
        # Both framings are spoken: the receiver tells them apart, message by message.
        counted = len(self._senders) % 2 == 0
        return SyslogTcpSender(self._targets.syslog_host, self._targets.syslog_port, self._tally, counted)
