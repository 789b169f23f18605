"""Fault 5: the disk is full, then free again. A real centre on a small file system of its own, all of it on that disk.

Nothing is acknowledged that is not kept, whoever asks is told to wait, people can sign in and search, and reception is
back without a restart. Needs the right to mount a tmpfs (a container may lack it).
"""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.unit.runtime.conftest import register

from keng.state.database import open_state

EVERY_CHANGE, NIGHTLY = 5, 50
RESUMES_S = 30
ROOM = "size=400m"
PASSWORD = "mat-khau-thu-nghiem-dai"
MARK = re.compile(r"kengfull(\d+)")
KENG = "import sys; from keng.cli.main import main; sys.exit(main())"
STORED = """
import sys
from pathlib import Path
from keng.normalise.ocsf import hot_table
from keng.store.chdb import ChdbStore
from keng.store.query import EVERYTHING
store, cursor = ChdbStore(Path(sys.argv[1]) / "events", hot_table), ""
while True:
    page = store.search(EVERYTHING, None, cursor, 1000)
    for event in page.events:
        print(event.raw)
    cursor = page.next
    if not cursor:
        break
store.close()
"""

FILLED = """
import contextlib, sys, time
from pathlib import Path
from bench.events import events
from keng.normalise.ocsf import hot_table
from keng.store.chdb import ChdbStore
from keng.store.errors import StoreError
disk = Path(sys.argv[1])
store = ChdbStore(disk / "events", hot_table)
made = events(4000, time.time_ns() // 1000, 1000)
kept = {}
for turn in range(12):
    full = turn % 3
    if full:
        with contextlib.suppress(OSError), (disk / "ballast").open("ab", buffering=0) as ballast:
            for block in (1 << 20, 1):
                with contextlib.suppress(OSError):
                    while ballast.write(bytes(block)):
                        pass
    portion = [next(made) for _ in range(20 if full == 1 else 400)]
    try:
        store.insert(portion)
        kept.update((event.id, turn) for event in portion)
        assert not full, turn
    except StoreError as error:
        assert full, error
    if full == 2:
        (disk / "ballast").unlink()
store.close()
store = ChdbStore(disk / "events", hot_table)
assert set(kept) == store.recent_ids(0, 100_000), len(kept)
store.close()
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", ROOM, "none", place], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"mounting is not allowed here: {done.stderr.strip()[:200]}")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Running:
    """`keng up` on the disk, with one account and one source."""

    def __init__(self, disk: Path) -> None:
        self.disk, self.data = disk, disk / "data"
        self.data.mkdir()
        state = open_state(self.data / "state.db")
        self.token = register(state)["bv-win"]
        state.close()
        self.env = {**os.environ, "KENG_LANG": "en"}
        account = ["admin", "create", "quan", "--password-stdin", "--data", str(self.data)]
        subprocess.run([sys.executable, "-c", KENG, *account], input=PASSWORD + "\n", text=True,
                       env=self.env, check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        ports = [free_port() for _n in range(3)]
        self.ingest, self.console = (f"http://127.0.0.1:{port}" for port in ports[:2])
        options = ["--ingest-port", str(ports[0]), "--port", str(ports[1]), "--syslog-port", str(ports[2])]
        self.process = subprocess.Popen(
            [sys.executable, "-c", KENG, "up", "--data", str(self.data), *options],
            env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.client = httpx.Client(timeout=20)
        self.acked: set[int] = set()
        self.next = 0
        self.wait_for_answer()

    def wait_for_answer(self) -> None:
        end = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < end:
            with contextlib.suppress(httpx.HTTPError):
                self.client.get(self.console + "/sign-in")
                self.client.get(self.ingest)
                return
            time.sleep(0.1)
        raise AssertionError("the centre did not start")

    def send(self, size: int = 20) -> httpx.Response:
        numbers = range(self.next, self.next + size)
        self.next += size
        documents = [{"message": f"kengfull{n}", "filler": os.urandom(300).hex()} for n in numbers]
        body = "".join('{"create":{}}\n' + json.dumps(one) + "\n" for one in documents)
        answer = self.client.post(
            self.ingest + "/_bulk", content=body, headers={"Authorization": "Bearer " + self.token}
        )
        if answer.status_code == 200 and not answer.json()["errors"]:
            self.acked.update(numbers)
        return answer

    def sign_in(self) -> httpx.Client:
        """A person with a new session; AssertionError if there was none."""
        person = httpx.Client(timeout=20, base_url=self.console)
        page = person.get("/sign-in")
        form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        answer = person.post(
            "/sign-in",
            data={**form, "name": "quan", "password": PASSWORD},
            headers={"Origin": self.console},
        )
        assert answer.status_code == 303, answer.text[:2000]
        return person

    def fill(self) -> None:
        with contextlib.suppress(OSError), (self.disk / "ballast").open("ab", buffering=0) as ballast:
            for block in (1 << 20, 4096, 1):
                with contextlib.suppress(OSError):
                    while ballast.write(bytes(block)):
                        pass

    def empty(self) -> None:
        (self.disk / "ballast").unlink()

    def stop(self) -> int:
        self.client.close()
        self.process.terminate()
        return self.process.wait(60)


@pytest.fixture
def running(disk: Path) -> Iterator[Running]:
    running = Running(disk)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()


def fill_and_free(running: Running, times: int) -> None:
    assert running.send().status_code == 200
    for turn in range(times):
        running.fill()
        end = time.monotonic() + 20
        answer = running.send()
        while answer.status_code == 200 and time.monotonic() < end:  # until what was prepared is used up
            answer = running.send()
        assert answer.status_code in (429, 503), answer.text
        assert int(answer.headers["retry-after"]) > 0
        time.sleep(1)  # until the room that is kept back for people is given up
        person = running.sign_in()
        assert person.get("/search").status_code == 200
        assert person.get("/health").status_code == 200
        person.close()
        running.empty()
        begin = time.monotonic()
        while running.send().status_code != 200:
            assert time.monotonic() - begin < RESUMES_S, f"turn {turn}: not taken again"
            time.sleep(0.1)
        assert running.process.poll() is None
    assert running.stop() == 0
    done = subprocess.run(
        [sys.executable, "-c", STORED, str(running.data)], capture_output=True, text=True, env=running.env
    )
    assert done.returncode == 0, done.stderr[-2000:]
    stored = [int(MARK.search(line)[1]) for line in done.stdout.splitlines()]  # type: ignore[index]
    assert len(stored) == len(set(stored)), "stored twice"
    assert running.acked <= set(stored), "acknowledged and lost"
    assert set(stored) <= set(range(running.next)), "invented"


def test_what_the_event_store_has_no_room_for_is_an_error_and_not_lost_unseen(disk: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FILLED, str(disk)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_full_disk_acknowledges_nothing_lets_people_in_and_is_taken_up_again(running: Running) -> None:
    fill_and_free(running, EVERY_CHANGE)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_disk_that_is_full_again_and_again(running: Running) -> None:
    fill_and_free(running, NIGHTLY)
