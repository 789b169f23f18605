"""Pure generator: (province, seed, time range) → wire records in the order of time.

Time is cut into slots of a second, each with a random generator of its own, seeded by the seed and the slot's
number. A new generator that is asked for the same range gives the same bytes. (One that has run before remembers
process ids and record numbers, as machines do.)
"""

from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate
from random import Random
from typing import NamedTuple

from keng.demo.actions import Action
from keng.demo.background import Background
from keng.demo.fleet import Host
from keng.demo.places import Filler, Values
from keng.demo.scenario import Scenario, Step, seconds
from keng.demo.wire.moment import Memory, Moment
from keng.demo.wire.render import render

SLOT_US = 1_000_000
_ACTION_GAP_US = 100_000


class Wire(NamedTuple):
    """A record on its way. route: "bulk", "tcp" or "udp"; phase: of the scenario, "" for ordinary traffic."""

    time_us: int
    source: str
    route: str
    data: bytes
    phase: str = ""


class Province(NamedTuple):
    """All that the generator plays: machines, their ordinary days, and what attackers do."""

    hosts: tuple[Host, ...]
    background: Background
    scenario: Scenario


class Planned(NamedTuple):
    """A scenario step at its time; offset_us from the start of the scenario."""

    offset_us: int
    step: Step
    n: int


def plan(scenario: Scenario) -> Iterator[Planned]:
    """Every repetition of every step in the order of time; without an end if there are follow-ups."""
    starts = seconds(scenario.starts) or 0.0
    first = [*_repeat(scenario.campaign, starts), *_repeat(scenario.noise, 0.0)]
    waiting = sorted(first, key=lambda planned: planned.offset_us)
    cycle = seconds(scenario.cycle) or 60.0
    begin = max((planned.offset_us for planned in waiting), default=0) / 1e6
    while scenario.follow_ups:
        begin += cycle
        later = [planned for planned in waiting if planned.offset_us >= begin * 1e6]
        yield from waiting[: len(waiting) - len(later)]
        waiting = sorted(
            [*later, *_repeat(scenario.follow_ups, begin)], key=lambda planned: planned.offset_us
        )
    yield from waiting


def _repeat(steps: list[Step], start: float) -> Iterator[Planned]:
    for step in steps:
        at, every, jitter = (seconds(time) or 0.0 for time in (step.at, step.every, step.jitter))
        for n in range(step.times):
            late = Random(f"{step.host} {at} {n}").random() * jitter  # noqa: S311 - reproducible on purpose
            yield Planned(int((start + at + n * every + late) * 1e6), step, n)


class Generator:
    """Plays a province. rate: ordinary records a second in the busy hour, over all hosts together."""

    def __init__(self, province: Province, seed: int, rate: float) -> None:
        self._province = province
        self._seed = seed
        self._memory = {host.name: Memory() for host in province.hosts}
        self._hosts = {host.name: host for host in province.hosts}
        self._values: Values = province.background.values | province.scenario.values
        total = sum(host.weight for host in province.hosts)
        self._rates = [host.weight / total * rate for host in province.hosts]
        self._cumulative = {
            name: list(accumulate(action.weight for action in profile.events))
            for name, profile in province.background.profiles.items()
        }

    def history(self, from_us: int, to_us: int, density: float = 1.0) -> Iterator[Wire]:
        """Ordinary traffic of [from_us, to_us). density: the share of it that is played."""
        for slot in range(from_us // SLOT_US, -(-to_us // SLOT_US)):
            for wire in self._slot(slot, density):
                if from_us <= wire.time_us < to_us:
                    yield wire

    def play(self, start_us: int, to_us: int | None = None) -> Iterator[Wire]:
        """Ordinary traffic and the scenario that begins at `start_us`, until `to_us` (None: without an end)."""
        steps = enumerate(plan(self._province.scenario))
        upcoming = next(steps, None)
        waiting: list[Wire] = []
        slot = start_us // SLOT_US
        while to_us is None or slot * SLOT_US < to_us:
            end_us = min((slot + 1) * SLOT_US, to_us or (slot + 1) * SLOT_US)
            waiting.extend(wire for wire in self._slot(slot, 1.0) if wire.time_us >= start_us)
            while upcoming is not None and start_us + upcoming[1].offset_us < end_us:
                index, planned = upcoming
                waiting.extend(self._step(planned, start_us + planned.offset_us, index))
                upcoming = next(steps, None)
            waiting.sort(key=lambda wire: wire.time_us)
            due = bisect(waiting, end_us - 1, key=lambda wire: wire.time_us)
            yield from waiting[:due]
            waiting = waiting[due:]
            slot += 1

    def _slot(self, slot: int, density: float) -> list[Wire]:
        random = Random(self._seed * 1_000_003 + slot)  # noqa: S311 - reproducible on purpose, no secret
        background = self._province.background
        wires: list[Wire] = []
        for host, rate in zip(self._province.hosts, self._rates, strict=True):
            expected = rate * density * background.share(host.profile, slot * SLOT_US)
            number = int(expected) + (random.random() < expected % 1)
            events, weights = background.profiles[host.profile].events, self._cumulative[host.profile]
            for _ in range(number):
                action = events[bisect(weights, random.random() * weights[-1])]
                time_us = slot * SLOT_US + random.randrange(SLOT_US)
                wires.extend(self._records(host, action, time_us, random, 0, "", ""))
        wires.sort(key=lambda wire: wire.time_us)
        return wires

    def _step(self, planned: Planned, time_us: int, index: int) -> Iterator[Wire]:
        step = planned.step
        host = self._hosts[step.host]
        for order, action in enumerate(step.actions):
            random = Random(f"{self._seed} {index} {order}")  # noqa: S311 - reproducible on purpose
            at = time_us + order * _ACTION_GAP_US
            yield from self._records(host, action, at, random, planned.n, step.user, step.phase)

    def _records(
        self, host: Host, action: Action, time_us: int, random: Random, n: int, user: str, phase: str
    ) -> list[Wire]:
        people = host.people
        person = next((p for p in people if p.account == user), None) or random.choice(people)
        filler = Filler(host, person, random, self._values, n)
        moment = Moment(host, time_us, filler, self._memory[host.name])
        return [Wire(time_us, host.source, host.route, data, phase) for data in render(action, moment)]
