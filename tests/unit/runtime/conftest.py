"""A centre with the real journal, state, receivers and formats; store and detector are small ones in memory."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from keng.formats.recognise import parse_record
from keng.model.agency import Agency, LogSourceEntry, Register
from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event
from keng.model.severity import Severity
from keng.normalise.normalise import to_event
from keng.runtime.parts import Parts
from keng.runtime.pipeline_parts import Loaded
from keng.runtime.prepare import Steps
from keng.runtime.settings import Settings
from keng.state.database import State, open_state
from keng.state.register import load_register

NOW = 1_790_000_000_000_000
RULE = RuleInfo("11111111-1111-1111-1111-111111111111", "Something evil", Severity.HIGH)
REGISTER = Register(
    agencies=(Agency("bv", "Bệnh viện tỉnh", "Provincial Hospital"), Agency("so", "Sở Y tế", "Health")),
    sources=(
        LogSourceEntry("bv-win", "bv", "Windows"),
        LogSourceEntry("so-win", "so", "Windows"),
        LogSourceEntry("so-fw", "so", "Firewall", transport="syslog", hostnames=("fw1",)),
    ),
)


class MemoryStore:
    """Events by id, as the store's promises say. `fail` makes the next inserts fail."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.fail = 0
        self.closed = False
        self._lock = threading.Lock()

    def insert(self, events: Sequence[Event]) -> None:
        with self._lock:
            if self.fail:
                self.fail -= 1
                raise OSError(28, "No space left on device")
            self.events += events

    def ids_after(self, offset: int) -> set[str]:
        return {event.id for event in self.events if event.offset > offset}

    def recent_ids(self, since_us: int, limit: int) -> set[str]:
        return {event.id for event in self.events if event.received_us >= since_us}

    def close(self) -> None:
        self.closed = True


class WordDetector:
    """Finds the word "evil", and every third event with "fail" in it (state over events, as a correlation has)."""

    def __init__(self) -> None:
        self.fails = 0
        self.fed: list[str] = []

    def feed(self, events: Sequence[Event]) -> list[Detection]:
        found = []
        for event in events:
            if "poison" in event.raw:
                raise RuntimeError("the engine stumbled")
            self.fed.append(event.id)
            if "evil" in event.raw:
                found.append(Detection(RULE, event, {"": "evil"}, (event.id,)))
            if "fail" in event.raw:
                self.fails += 1
                if self.fails % 3 == 0:
                    found.append(
                        Detection(msgspec.structs.replace(RULE, id="three-fails"), event, {}, (event.id,))
                    )
        return found

    @property
    def losses(self) -> dict[str, int]:
        return {}

    def tick(self, now_us: int) -> list[Detection]:
        return []

    def save(self) -> bytes:
        return b"%d" % self.fails

    def restore(self, state: bytes) -> None:
        self.fails = int(state)


def unchanged(event: Event, raw_is_clean: bool = False) -> Event:
    return event


STEPS = Steps(parse_record, to_event, unchanged)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = open_state(tmp_path / "state.db")
    yield opened
    opened.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", port=0, ingest_port=0, syslog_port=0)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def parts(store: MemoryStore) -> Parts:
    def load(_settings: Settings) -> tuple[Loaded, Any]:
        return Loaded(WordDetector(), "rules-1"), SimpleNamespace(info={RULE.id: RULE})

    return Parts(lambda _settings, _levels: store, load, STEPS)  # type: ignore[arg-type]


def register(state: State) -> dict[str, str]:
    """Load the small register; source id → token."""
    with state.write() as conn:
        tokens = load_register(conn, REGISTER, NOW)
    assert isinstance(tokens, dict)
    return tokens


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something to become true, or fail."""
    for _n in range(int(seconds / 0.02)):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not become true in time")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages are compared in English."""
    monkeypatch.setenv("KENG_LANG", "en")
