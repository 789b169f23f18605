import asyncio
import time

from keng.demo.dispatch import Dispatch
from keng.demo.generate import Generator, Province
from keng.demo.tally import Tally
from keng.demo.traffic import Traffic

from .receivers import Door, receivers


def test_history_comes_at_once_and_live_traffic_in_its_time(province: Province) -> None:
    phases: list[str] = []
    hosts = {host.source for host in province.hosts}

    async def run(door: Door) -> tuple[int, float, float]:
        stop = asyncio.Event()
        async with (
            receivers(door) as targets,
            Dispatch(targets, {source: f"keng_{source}" for source in hosts}, Tally()) as dispatch,
        ):
            traffic = Traffic(Generator(province, 1, 100), dispatch, 100, phases.append)
            started = time.monotonic()
            history = await traffic.history(1500, stop)
            rushed = time.monotonic() - started
            asyncio.get_running_loop().call_later(4.0, stop.set)
            await traffic.live(stop)
            return history, rushed, time.monotonic() - started - rushed

    door = Door()
    history, rushed, live = asyncio.run(run(door))
    assert 700 <= history <= 2500
    assert rushed < 5
    assert 3.9 <= live <= 4.5
    assert len(door.records) > history + 150
    assert phases == ["noise"]


def test_no_history_is_no_history(province: Province) -> None:
    async def run() -> int:
        async with receivers(Door()) as targets, Dispatch(targets, {}, Tally()) as dispatch:
            return await Traffic(Generator(province, 1, 0), dispatch, 0, print).history(100, asyncio.Event())

    assert asyncio.run(run()) == 0
