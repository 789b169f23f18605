"""A rule is tried here without a centre, and through the centre's job where one runs."""

import threading
import time
from pathlib import Path

import msgspec

from keng.detect.sigma import RuleSet
from keng.rulebench.trial_command import try_on_history
from keng.runtime.data_folder import DataFolder
from keng.runtime.settings import Settings
from keng.state import retro as jobs
from keng.state.database import open_state
from keng.state.retro import RetroSample, RetroStatus

RULE = "11111111-1111-4111-8111-111111111111"


def test_without_a_centre_it_is_done_here(ruleset: RuleSet, tmp_path: Path) -> None:
    (found,) = try_on_history(Settings(data_dir=tmp_path / "data"), ruleset, None, 0, "", "me")
    assert found.matches == 0 and found.events == 0


def test_a_running_centre_does_it_as_a_job(ruleset: RuleSet, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    folder = DataFolder(settings.data_dir)
    state = open_state(settings.state_place)

    def play_centre() -> None:
        for _n in range(200):
            with state.write() as conn:
                job = jobs.next_job(conn)
                if job is not None:
                    sample = RetroSample(RULE, "t", "high", "1" * 32, 5, "syt", "pc", {"CommandLine": "x"})
                    done = msgspec.structs.replace(
                        job, status=RetroStatus.DONE, found={RULE: {"syt": 3}}, samples=(sample,), events=9
                    )
                    jobs.save(conn, done)
                    return
            time.sleep(0.05)

    thread = threading.Thread(target=play_centre)
    thread.start()
    (found,) = try_on_history(settings, ruleset, None, 0, "", "me")
    thread.join()
    assert found.matches == 3 and found.matches_of == {"syt": 3} and found.alerts_a_day == {"syt": 1.0}
    state.close()
    folder.release()
