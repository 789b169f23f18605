"""What every event store promises about kills, restarts and second processes."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.conformance.store.conftest import ONE_PROCESS, OpenStore
from tests.conformance.store.events import EVENTS, number

from keng.store.errors import StoreInUseError
from keng.store.query import EVERYTHING

ROOT = Path(__file__).resolve().parents[3]
KILLS = 5
BATCH = 40
WRITER = """
import sys
from pathlib import Path
from keng.store.limits import Limits
from tests.conformance.store.conftest import IMPLEMENTATIONS
from tests.conformance.store.events import event
store = IMPLEMENTATIONS[sys.argv[1]](Path(sys.argv[2]), Limits())
for batch in range(int(sys.argv[3]), 10_000_000):
    store.insert([event(batch * 40 + n, {"CommandLine": f"run {batch} {n}"}) for n in range(40)])
    print(batch, flush=True)
"""


def start(implementation: str, folder: Path, first: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, implementation, str(folder), str(first)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
    )


def _one_process_only(implementation: str) -> None:
    if implementation not in ONE_PROCESS:
        pytest.skip("many processes may share this store")


def test_a_kill_loses_nothing_acknowledged_and_leaves_no_half_batch(
    implementation: str, tmp_path: Path, open_store: OpenStore
) -> None:
    folder = tmp_path / "events"
    acknowledged: set[int] = set()
    rng = random.Random(7)
    first = 0
    # The server is not what is killed, so there is less to find out.
    for _kill in range(KILLS if implementation in ONE_PROCESS else 2):
        writer = start(implementation, folder, first)
        assert writer.stdout is not None
        acknowledged.add(int(writer.stdout.readline()))
        time.sleep(rng.random() * 0.3)
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged |= {int(line) for line in writer.stdout.read().split()}
        writer.wait()
        writer.stdout.close()
        first = (
            max(acknowledged) + 2
        )  # the one that may have been kept without being acknowledged is not sent again
    store = open_store()
    kept = [number(one) for one in store.ids_after(-1)]
    batches = {one // BATCH for one in kept}
    assert len(kept) == store.count(EVERYTHING, None) == len(batches) * BATCH
    assert acknowledged <= batches
    assert len(batches - acknowledged) <= KILLS


def test_a_second_process_is_refused_and_told_who_has_it(
    implementation: str, tmp_path: Path, open_store: OpenStore
) -> None:
    _one_process_only(implementation)
    writer = start(implementation, tmp_path / "events", 0)
    assert writer.stdout is not None
    writer.stdout.readline()
    try:
        begin = time.monotonic()
        with pytest.raises(StoreInUseError, match=f"process {writer.pid}"):
            open_store()
        assert time.monotonic() - begin < 2
        assert writer.poll() is None
    finally:
        os.kill(writer.pid, signal.SIGKILL)
        writer.stdout.read()
        writer.wait()
        writer.stdout.close()
    assert open_store().count(EVERYTHING, None) >= BATCH  # no stale lock after a kill


def test_a_store_in_use_in_this_process_is_refused_too(implementation: str, open_store: OpenStore) -> None:
    _one_process_only(implementation)
    first = open_store()
    first.insert(EVENTS)
    with pytest.raises(StoreInUseError, match=f"process {os.getpid()}"):
        open_store()
    assert first.count(EVERYTHING, None) == 7
