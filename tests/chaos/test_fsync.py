"""Fault 4: the disk cannot sync. The kernel itself says so (strace puts the error into a real process's real call).

Once is enough: after a failed sync nobody knows what of the file is on disk, and the next sync that works proves nothing.
"""

import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from tests.chaos.centre import RULE, WORK, acknowledged, check
from tests.chaos.tracing import missing

from keng.journal.sqlite import SqliteJournal

EVERY_CHANGE, NIGHTLY = 20, 200
TURNS = 30
JOURNAL = """
import hashlib, os, random, sys, threading
from pathlib import Path
from keng.journal.sqlite import SqliteJournal
from keng.model.batch import Batch

journal = SqliteJournal(Path(sys.argv[1]) / "journal.db", 1 << 30)
journal._writer.execute("PRAGMA wal_autocheckpoint = 10")  # so that syncs of the file itself fail, too

def send(number):
    chance = random.Random(number)
    for turn in range(int(sys.argv[2])):
        record = chance.randbytes(chance.randrange(1, 3000))
        try:
            (offset,) = journal.append([Batch(f"s{number}", "a", "t", "", turn, (record,))])
        except OSError as error:
            os.write(1, f"refused {error.errno}\\n".encode())
            continue
        os.write(1, f"ack {offset} {hashlib.sha256(record).hexdigest()}\\n".encode())
        if turn % 8 == 7:
            journal.trim(offset - 5)

threads = [threading.Thread(target=send, args=(n,)) for n in range(2)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
journal.close()
"""


def unsynced(
    program: str, arguments: list[str], when: int, record: Path, *options: str
) -> subprocess.CompletedProcess[str]:
    """Run a program whose `when`th sync (of each thread) fails with EIO, once."""
    inject = f"inject=fsync,fdatasync:error=EIO:when={when}"
    strace = ["strace", "-f", "-qq", "-y", "-e", "trace=fsync,fdatasync", "-e", inject, *options]
    return subprocess.run(
        [*strace, "-o", str(record), sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, "KENG_LANG": "en"},
    )


def fail_syncs(times: int, folder: Path) -> None:
    if reason := missing():
        pytest.skip(reason)
    chance = random.Random(4)
    failed = copied = 0
    for trial in range(times):
        place = folder / str(trial)
        place.mkdir()
        when = chance.randrange(2, 25)
        done = unsynced(JOURNAL, [str(place), str(TURNS)], when, place / "strace")
        injected = [line for line in (place / "strace").read_text().splitlines() if "INJECTED" in line]
        failed += bool(injected)
        if done.returncode:  # it failed at the opening: loud, and nothing was taken
            assert "cannot be opened" in done.stderr and not done.stdout
            continue
        lines = [line.split() for line in done.stdout.splitlines() if line.startswith(("ack", "refused"))]
        words = [line[0] for line in lines]
        if "refused" not in words:
            # A sync of the copying from the log into the file failed: the log stays, and is copied again.
            assert words.count("ack") == 2 * TURNS
            copied += bool(injected)
        else:
            # Two threads write their lines: one acknowledgement may be said after the other's refusal.
            after = words[words.index("refused") :]
            assert after.count("ack") <= 1, f"sync {when} failed, and later appends were acknowledged"
            assert {line[1] for line in lines if line[0] == "refused"} == {"5"}
        journal = SqliteJournal(place / "journal.db", 1 << 30)
        found = {entry.offset: entry.batch.records for entry in journal.read(0, 1000)}
        journal.close()
        # What was trimmed is gone, and was the oldest.
        acked = {int(line[1]): line[2] for line in lines if line[0] == "ack"}
        for offset, digest in acked.items():
            if offset >= min(found, default=0):
                assert hashlib.sha256(b"|".join(found[offset])).hexdigest() == digest
        assert not acked or max(acked) <= max(found), "acknowledged and lost"
    assert copied < failed / 2
    assert failed >= times * 0.8, f"only {failed} of {times} failures came before the end"


def test_after_a_sync_that_failed_nothing_is_acknowledged(tmp_path: Path) -> None:
    fail_syncs(EVERY_CHANGE, tmp_path)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_after_a_sync_that_failed_nothing_is_acknowledged_at_night(tmp_path: Path) -> None:
    fail_syncs(NIGHTLY, tmp_path)


@pytest.mark.long
@pytest.mark.timeout(400)
@pytest.mark.parametrize("when", range(6, 26))
def test_a_centre_whose_journal_cannot_be_synced_ends_loudly_and_its_next_start_has_all(
    tmp_path: Path, when: int
) -> None:
    if reason := missing():
        pytest.skip(reason)
    data, rules = tmp_path / "data", tmp_path / "rules"
    rules.mkdir()
    (rules / "mark.yml").write_text(RULE)
    names = [f"--trace-path={data / name}" for name in ("journal.db", "journal.db-wal")]
    done = unsynced(WORK, [str(data), str(rules)], when, tmp_path / "strace", *names)
    acked = acknowledged(done.stdout)
    assert done.returncode != 0, "it went on"
    assert "503" in done.stderr or "AssertionError" in done.stderr
    assert "cannot write" in done.stdout + done.stderr
    check(data, rules, acked, f"sync {when} failed")
