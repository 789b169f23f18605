"""kill -9 of the forwarder and of the centre at random moments, under load, with rotation going on: every line once."""

import os
import random
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.unit.runtime.conftest import register

from keng.state.database import open_state

CENTRE = """
import asyncio, sys
from pathlib import Path
from keng.runtime.centre import Centre
from keng.runtime.settings import Settings
async def main():
    centre = Centre(Settings(data_dir=Path(sys.argv[1]), ingest_port=int(sys.argv[2]), syslog_port=-1))
    await centre.start()
    print("ready", flush=True)
    while sys.argv[3] == "on" or centre.stats.queue_batches:
        await asyncio.sleep(0.05)
    print("difference", centre.stats.difference, flush=True)
    await centre.stop()
asyncio.run(main())
"""
SEND = "from keng.cli.main import main; main()"
FILES = ("a.log", "b.log", "c.log")


class Site:
    """A centre, a forwarder, and programs that write logs."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.data, self.logs, self.state = folder / "data", folder / "logs", folder / "state"
        self.data.mkdir()
        self.logs.mkdir()
        state = open_state(self.data / "state.db")
        self.token = register(state)["so-win"]
        state.close()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.written = 0
        self.writing = True

    def centre(self, mode: str = "on") -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", CENTRE, str(self.data), str(self.port), mode],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def forwarder(self, *more: str) -> subprocess.Popen[bytes]:
        call = [
            sys.executable,
            "-c",
            SEND,
            "send",
            "--to",
            f"http://127.0.0.1:{self.port}",
            "--state",
            str(self.state),
        ]
        return subprocess.Popen(
            [*call, str(self.logs), *more],
            stderr=subprocess.DEVNULL,
            env={**os.environ, "KENG_SEND_TOKEN": self.token},
        )

    def write(self) -> None:
        """Lines into three files, in pieces that end anywhere; now and then one of them is rotated."""
        files = {name: (self.logs / name).open("ab", buffering=0) for name in FILES}
        rotated = time.monotonic()
        while self.writing:
            for name in FILES:
                count = self.chance.randint(1, 20)
                numbers = range(self.written, self.written + count)
                data = b"".join(b"Nov 24 12:00:00 web01 app[1]: number %d of the test\n" % n for n in numbers)
                self.written += count
                cut = self.chance.randint(0, len(data))
                files[name].write(data[:cut])
                files[name].write(data[cut:])
            if time.monotonic() - rotated > 0.5:
                rotated = time.monotonic()
                self.rotate(files)
            time.sleep(0.005)
        for file in files.values():
            file.close()

    def rotate(self, files: dict[str, object]) -> None:
        name = self.chance.choice(FILES)
        path = self.logs / name
        for n in range(20, 0, -1):
            if (older := self.logs / f"{name}.{n}").exists():
                older.rename(self.logs / f"{name}.{n + 1}")
        if self.chance.random() < 0.5:
            shutil.copyfile(path, self.logs / f"{name}.1")
            os.truncate(path, 0)
        else:
            path.rename(self.logs / f"{name}.1")
            files[name].close()  # type: ignore[attr-defined]
            files[name] = path.open("ab", buffering=0)

    def stored(self) -> list[int]:
        from keng.normalise.ocsf import hot_table
        from keng.store.chdb import ChdbStore
        from keng.store.query import SearchQuery

        store = ChdbStore(self.data / "events", hot_table)
        found: list[int] = []
        cursor = ""
        while True:
            page = store.search(SearchQuery(), None, cursor, 1000)
            found += [int(re.findall(r"number (\d+) of the test", event.raw)[0]) for event in page.events]
            cursor = page.next
            if not cursor:
                break
        store.close()
        return found


def wait_for(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(word):
            return line
    raise AssertionError(f"ended without {word}")


def end(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def run(folder: Path, kills: int, seed: int) -> None:
    site = Site(folder, seed)
    writer = threading.Thread(target=site.write)
    centre, forwarder = site.centre(), site.forwarder()
    try:
        wait_for(centre, "ready")
        writer.start()
        for turn in range(kills):
            time.sleep(site.chance.uniform(0.1, 1.0))
            if turn % 4 == 2:
                end(centre)
                centre = site.centre()
            else:
                end(forwarder)
                forwarder = site.forwarder()
        site.writing = False
        writer.join()
        end(forwarder)
        forwarder = site.forwarder("--once")
        assert forwarder.wait(120) == 0
        end(centre)
        centre = site.centre("off")
        assert wait_for(centre, "difference") == "difference 0\n"
        assert centre.wait(60) == 0
    finally:
        site.writing = False
        end(forwarder)
        end(centre)
    stored = site.stored()
    assert len(stored) == len(set(stored)), "stored twice"
    assert set(stored) == set(range(site.written)), "lost"
    assert site.written > 1000


def test_kills_at_random_moments_lose_no_line_and_double_none(tmp_path: Path) -> None:
    run(tmp_path, 7, 1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 10))
def test_many_kills_at_random_moments_lose_no_line_and_double_none(tmp_path: Path, seed: int) -> None:
    run(tmp_path, 40, seed)
