"""Fault 9: a flipped bit or a lost end in any file. Noticed and named; only the damaged part is lost; nothing loops.

The folder is of a centre that ended well, so that its seal stands. Each case damages one file of a copy, asks
`keng verify`, then opens everything and works on.
"""

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.kept import Kept

from keng.backup.seal import FILE
from keng.backup.verify import Problem, Report, verify
from keng.runtime.data_folder import DataFolder
from keng.runtime.settings import Settings
from keng.state.database import StateError
from keng.store.check import Checked, check_folder
from keng.store.errors import StoreError
from keng.store.query import EVERYTHING

EVERY_CHANGE, NIGHTLY, SLICES = 50, 1_000, 5
ROOT = Path(__file__).resolve().parents[2]
DAYS, A_DAY = 4, 120
MAX_S = 30
_NOT_KEPT = frozenset({"lock", "keng.lock", "journal.db.lock", FILE})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = Settings(data_dir=tmp_path_factory.mktemp("whole") / "data")
    folder = DataFolder(settings.data_dir)
    kept = Kept(settings)
    for day in range(DAYS):
        kept.work(1 + day * A_DAY, A_DAY, day)
    kept.close()
    folder.release()
    return settings.data_dir


def damaged(whole: Path, target: Path, chance: random.Random) -> tuple[Path, float]:
    """A copy with one damaged file; which, and how much of it is left."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(whole, target, symlinks=True)
    files = [
        path
        for path in sorted(target.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.stat().st_size and path.name not in _NOT_KEPT
    ]
    # Parts of events are many small files; the others must not be forgotten over them.
    others = [path for path in files if "store" not in path.relative_to(target).parts]
    path = chance.choice(others if chance.random() < 0.4 else files)
    content = bytearray(path.read_bytes())
    size = len(content)
    if chance.random() < 0.3:
        del content[chance.randrange(len(content)) :]
    else:
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    return path, len(content) / size


def asked(settings: Settings) -> Report:
    """`keng verify`, but the store is opened here: a process for each case would take too long."""
    failures: list[str] = []

    def events() -> Checked:
        try:
            return check_folder(settings.events_dir)
        except StoreError as error:
            failures.append(str(error))
            return Checked(0, 0, ())

    report = verify(settings.places, events)
    problems = (*report.problems, *[Problem("events", "events", text) for text in failures])
    return Report(report.checked, problems, report.sealed)


def worked_on(settings: Settings) -> tuple[int, int] | None:
    """Open everything and go on: events found, batches read. None where it is refused with a message."""
    try:
        kept = Kept(settings)
    except (StateError, StoreError, OSError) as error:
        assert str(error)
        return None
    try:
        found, cursor = 0, ""
        while True:
            page = kept.store.search(EVERYTHING, None, cursor, 1000)
            found += len(page.events)
            cursor = page.next
            if not cursor:
                break
        read = after = 0
        while entries := kept.journal.read(after, 100):
            assert entries[0].offset > after
            after = entries[-1].offset
            read += sum(bool(entry.batch.records) for entry in entries)
        kept.work(10_001, 3, 9)
        return found, read
    finally:
        kept.close()


def run(whole: Path, place: Path, cases: int, seed: int) -> None:
    chance = random.Random(seed)
    outcomes = {"part": 0, "refused": 0, "unharmed": 0}
    for case in range(cases):
        settings = Settings(data_dir=place / "data")
        path, share = damaged(whole, settings.data_dir, chance)
        where = f"case {case}: {path.relative_to(settings.data_dir)}"
        begin = time.monotonic()
        report = asked(settings)
        assert report.problems, f"{where}: not noticed"
        try:
            done = worked_on(settings)
        except Exception as error:
            # A damaged state: whatever the driver says, it is said, and not hidden.
            assert path.name.startswith("state.db"), f"{where}: {error!r}"
            done = None
        assert time.monotonic() - begin < MAX_S, where
        if done is None:
            outcomes["refused"] += 1
            continue
        found, read = done
        whole_events, whole_batches = DAYS * A_DAY, DAYS * A_DAY
        outcomes["unharmed" if (found, read) == (whole_events, whole_batches) else "part"] += 1
        assert found >= whole_events - A_DAY, f"{where}: {found} events"
        cut = share < 1 and path.name == "journal.db"
        least = whole_batches * (share * 0.7 if cut else 0.9) - 25  # some pages beside what is gone
        assert read >= least, f"{where}: {read} batches"
    print(outcomes)
    assert outcomes["part"] + outcomes["unharmed"] > cases // 2, outcomes


def test_any_damage_is_noticed_and_costs_its_part_only(whole: Path, tmp_path: Path) -> None:
    run(whole, tmp_path, EVERY_CHANGE, 9)


def test_a_changed_name_inside_a_packed_index_costs_its_part_only(whole: Path, tmp_path: Path) -> None:
    """Found at night: the file that the changed name stands for is missing, and that is how it shows."""
    settings = Settings(data_dir=tmp_path / "data")
    shutil.copytree(whole, settings.data_dir, symlinks=True)
    index = min(settings.data_dir.glob("events/store/*/*/2026*/skp_idx.packed"))
    content = index.read_bytes()
    assert b"skp_idx_id.cmrk4" in content
    index.write_bytes(content.replace(b"skp_idx_id.cmrk4", b"skp_idx_hd.cmrk4"))
    assert asked(settings).problems
    done = worked_on(settings)
    assert done is not None
    assert done[0] >= (DAYS - 1) * A_DAY


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(10, 10 + SLICES))
def test_any_damage_is_noticed_and_costs_its_part_only_at_night(
    whole: Path, tmp_path: Path, seed: int
) -> None:
    # A process for each slice: every store that chDB opens leaves open some files of the threads it had.
    program = "import sys; from pathlib import Path; from tests.chaos.test_damage import run; "
    program += f"run(Path(sys.argv[1]), Path(sys.argv[2]), {NIGHTLY // SLICES}, {seed})"
    done = subprocess.run(
        [sys.executable, "-c", program, str(whole), str(tmp_path)],
        capture_output=True,
        text=True,
        errors="replace",  # a damaged text is told as it is
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
    )
    print(done.stdout)
    assert done.returncode == 0, done.stderr[-3000:]
