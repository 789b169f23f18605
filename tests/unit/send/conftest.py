"""A forwarder on real files with a target in memory."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson
import pytest

from keng.send.book import Book
from keng.send.counts import Counts, Teller
from keng.send.drops import Drops
from keng.send.feed import Parcel
from keng.send.follower import Follower
from keng.send.forwarder import Forwarder
from keng.send.spool import Spool
from keng.send.target import Delivered, Later


class MemoryTarget:
    """Keeps each id once, as a centre does. away: answers Later. lossy: takes some, and the answer is lost."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.away = False
        self.lossy = 0.0
        self.calls = 0

    def deliver(self, parcels: Sequence[Parcel]) -> Delivered | Later:
        self.calls += 1
        if self.away:
            return Later("away")
        for one in parcels:
            assert self.kept.setdefault(one.id, one.document) == one.document
        if random.random() < self.lossy:
            return Later("the answer was lost")
        return Delivered()

    def close(self) -> None:
        pass

    @property
    def whole(self) -> list[str]:
        """Each record as it stood in its file."""
        return [orjson.loads(document).get("message", document.decode()) for document in self.kept.values()]

    @property
    def lines(self) -> list[str]:
        return [orjson.loads(document).get("message", "") for document in self.kept.values()]


class Rig:
    """A state folder, a folder of logs, and forwarders that come and go on them."""

    def __init__(self, tmp_path: Path) -> None:
        self.logs = tmp_path / "logs"
        self.logs.mkdir()
        self.state = tmp_path / "state"
        self.target = MemoryTarget()
        self.said: list[str] = []
        self.counts = Counts()
        self.spool_max = 1 << 20

    def make(
        self,
        *paths: Path,
        drop: Sequence[Path] = (),
        once: bool = True,
        from_end: bool = False,
        move: bool = True,
    ) -> Forwarder:
        book = Book(self.state)
        self.book = book
        self.counts = Counts()
        tell = Teller(self.said.append, 0.0)
        spool = Spool(book.spool, self.spool_max)
        patterns = [str(path) for path in paths]
        self.follower = Follower(patterns, book, spool, "web01", self.counts, tell, from_end)
        drops = Drops([str(path) for path in drop], book, "web01", self.counts, tell, move, 0.0)
        return Forwarder(self.follower, drops, None, book, self.target, self.counts, tell, once, poll_s=0.01)

    def once(self, *paths: Path, **more: object) -> list[str]:
        """Run until everything is sent; the lines that the target has."""
        self.make(*(paths or (self.logs,)), **more).run()  # type: ignore[arg-type]
        return self.target.lines

    def write(self, name: str, text: str | bytes, mode: str = "ab") -> Path:
        path = self.logs / name
        with path.open(mode) as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return path


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


@pytest.fixture
def lines() -> Callable[[int, int], str]:
    return lambda start, end: "".join(
        f"line {n} with some text to make it long enough\n" for n in range(start, end)
    )


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENG_LANG", "en")
