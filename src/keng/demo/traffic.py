"""Plays the province against a centre: an hour of history at once, then live, in real time."""

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from keng.demo.dispatch import Dispatch
from keng.demo.generate import Generator, Wire

HOUR_US = 3_600_000_000
_BREATH = 100  # records between two turns of the event loop
_UDP_BREATH = 40  # datagrams at once that the centre's socket buffer surely holds
_UDP_PAUSE_S = 0.02


class Traffic:
    """rate: the generator's own, records a second. on_phase: told when a phase of the scenario is first played."""

    def __init__(
        self, generator: Generator, dispatch: Dispatch, rate: float, on_phase: Callable[[str], None]
    ) -> None:
        self._generator = generator
        self._dispatch = dispatch
        self._rate = rate
        self._on_phase = on_phase

    async def history(self, records: int, stop: asyncio.Event) -> int:
        """The last hour, thinned to about so many records, as fast as the centre takes it; how many it was."""
        now_us = time.time_ns() // 1000
        density = min(1.0, records / (self._rate * 3600)) if self._rate > 0 else 0.0
        if density <= 0:
            return 0
        return await self._rush(self._generator.history(now_us - HOUR_US, now_us, density), stop)

    async def live(self, stop: asyncio.Event) -> None:
        """Ordinary traffic and the scenario, each record at its time, until `stop`."""
        phases: set[str] = set()
        for wire in self._generator.play(time.time_ns() // 1000):
            ahead = (wire.time_us - time.time_ns() // 1000) / 1e6
            if ahead > 0.002:
                with suppress(TimeoutError):
                    async with asyncio.timeout(ahead):
                        await stop.wait()
            if stop.is_set():
                return
            if wire.phase and wire.phase not in phases:
                phases.add(wire.phase)
                self._on_phase(wire.phase)
            await self._dispatch.send(wire)

    async def _rush(self, wires: Iterable[Wire], stop: asyncio.Event) -> int:
        datagrams = number = 0
        for number, wire in enumerate(wires, 1):
            await self._dispatch.send(wire)
            datagrams += wire.route == "udp"
            if datagrams >= _UDP_BREATH:
                datagrams = 0
                await asyncio.sleep(_UDP_PAUSE_S)
            elif number % _BREATH == 0:
                await asyncio.sleep(0)
            if stop.is_set():
                break
        return number
