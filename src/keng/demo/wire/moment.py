"""One moment on one machine: what a renderer needs to know to write a record."""

from datetime import UTC, datetime
from itertools import count
from random import Random

from keng.demo.fleet import Host
from keng.demo.places import Filler


class Memory:
    """What a machine remembers between records: running programs, record numbers, sessions."""

    __slots__ = ("processes", "records")

    def __init__(self) -> None:
        self.processes: dict[str, tuple[int, str]] = {}
        self.records = count(100_000)


class Moment:
    """A host at a time. time_us: microseconds since the epoch, UTC."""

    __slots__ = ("filler", "host", "memory", "random", "time_us", "when")

    def __init__(self, host: Host, time_us: int, filler: Filler, memory: Memory) -> None:
        self.host = host
        self.time_us = time_us
        self.filler = filler
        self.random: Random = filler.random
        self.memory = memory
        self.when = datetime.fromtimestamp(time_us / 1_000_000, UTC)

    def fill(self, text: str) -> str:
        """The text with its places filled."""
        return self.filler.fill(text)

    @property
    def iso(self) -> str:
        """`2026-11-24T07:18:00.123Z`."""
        return f"{self.when:%Y-%m-%dT%H:%M:%S}.{self.time_us // 1000 % 1000:03d}Z"

    @property
    def spaced(self) -> str:
        """`2026-11-24 07:18:00.123`, as Sysmon writes it."""
        return f"{self.when:%Y-%m-%d %H:%M:%S}.{self.time_us // 1000 % 1000:03d}"

    def new_process(self, image: str) -> tuple[int, str]:
        """Process id and GUID of a program that starts now; remembered by its image."""
        process = (self.random.randrange(250, 4000) * 4, self._guid())
        self.memory.processes[image.lower()] = process
        return process

    def process(self, image: str) -> tuple[int, str]:
        """Process id and GUID of the running program with this image; made up if none was seen."""
        known = self.memory.processes.get(image.lower())
        return known if known is not None else self.new_process(image)

    def _guid(self) -> str:
        r = self.random.getrandbits
        return (
            f"{{{r(32):08x}-{r(16):04x}-{self.time_us // 1_000_000 & 0xFFFF:04x}-{r(16):04x}-{r(48):012x}}}"
        )
