import asyncio

from keng.demo.dispatch import Dispatch
from keng.demo.generate import Generator, Province
from keng.demo.tally import Tally

from .receivers import Door, receivers

T0 = 1_764_000_000_000_000


def test_every_record_of_the_province_arrives_at_its_source(province: Province) -> None:
    wires = list(Generator(province, 1, 300).play(T0, T0 + 5_000_000))
    hosts = {host.source for host in province.hosts}

    async def run(door: Door) -> Tally:
        tally = Tally()
        async with receivers(door) as targets:
            async with Dispatch(targets, {source: f"keng_{source}" for source in hosts}, tally) as dispatch:
                for number, wire in enumerate(wires):
                    await dispatch.send(wire)
                    if number % 50 == 0:
                        await asyncio.sleep(0.01)
            await door.holds(len(wires))
        return tally

    door = Door()
    tally = asyncio.run(run(door))
    assert sorted(door.records) == sorted((wire.source, wire.data) for wire in wires)
    assert (tally.accepted, tally.refused, tally.lost) == (len(wires), 0, 0)
