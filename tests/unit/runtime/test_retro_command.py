"""`keng retro` does a job itself where no centre runs, and hands it to the centre where one does."""

import threading
from pathlib import Path

import msgspec

from keng.runtime.data_folder import DataFolder
from keng.runtime.retro_command import as_paths, search_history
from keng.runtime.settings import Settings
from keng.state import retro as jobs
from keng.state.database import open_state
from keng.state.retro import RetroJob, RetroRequest, RetroStatus

RULE = """
title: One
id: 11111111-1111-4111-8111-111111111111
logsource: {product: windows}
detection:
  s: {EventID: 1}
  condition: s
"""


def test_without_a_centre_it_is_done_here(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(RULE)
    request = RetroRequest(as_paths([tmp_path / "r.yml"]))
    ended = search_history(
        Settings(data_dir=tmp_path / "data"), request, "me", lambda job: None, threading.Event()
    )
    assert ended.status is RetroStatus.DONE and ended.by == "me" and ended.of_events == 0


def test_with_a_centre_the_row_carries_progress_and_cancel(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    centre = DataFolder(settings.data_dir)
    state = open_state(settings.state_place)
    cancelled = threading.Event()
    seen: list[RetroStatus] = []

    def play_centre(job: RetroJob) -> None:
        seen.append(job.status)
        if job.status is RetroStatus.WAITING:
            with state.write() as conn:
                jobs.save(conn, msgspec.structs.replace(job, status=RetroStatus.RUNNING))
        elif job.status is RetroStatus.RUNNING:
            cancelled.set()
        elif job.status is RetroStatus.CANCELLING:
            with state.write() as conn:
                jobs.save(conn, msgspec.structs.replace(job, status=RetroStatus.CANCELLED))

    ended = search_history(settings, RetroRequest(), "me", play_centre, cancelled)
    assert ended.status is RetroStatus.CANCELLED
    assert seen == [
        RetroStatus.WAITING, RetroStatus.RUNNING, RetroStatus.CANCELLING, RetroStatus.CANCELLED,
    ]  # fmt: skip
    state.close()
    centre.release()
