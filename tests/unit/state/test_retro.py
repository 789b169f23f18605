"""Rows of jobs: order, cancelling, what is remembered of rules."""

from pathlib import Path

import msgspec

from keng.state import retro as jobs
from keng.state.database import open_state
from keng.state.retro import RetroRequest, RetroStatus


def test_an_interrupted_job_comes_before_a_waiting_one(tmp_path: Path) -> None:
    state = open_state(tmp_path / "state.db")
    with state.write() as conn:
        first = jobs.ask(conn, RetroRequest(), "person", "a", 1)
        second = jobs.ask(conn, RetroRequest(rule_ids=("x",)), "reload", "centre", 2)
        jobs.save(
            conn, msgspec.structs.replace(second, status=RetroStatus.RUNNING, slices=((1, 2, 3, 4, 5),))
        )
        taken = jobs.next_job(conn)
        assert taken is not None and taken.id == second.id and taken.slices == ((1, 2, 3, 4, 5),)
        assert taken.request.rule_ids == ("x",)
        assert [one.id for one in jobs.jobs(conn)] == [second.id, first.id]


def test_cancelling_a_waiting_job_ends_it_and_a_running_one_is_asked(tmp_path: Path) -> None:
    state = open_state(tmp_path / "state.db")
    with state.write() as conn:
        waiting = jobs.ask(conn, RetroRequest(), "person", "a", 1)
        running = jobs.ask(conn, RetroRequest(), "person", "a", 1)
        jobs.save(conn, msgspec.structs.replace(running, status=RetroStatus.RUNNING))
        assert jobs.cancel(conn, waiting.id, 2) and jobs.cancel(conn, running.id, 2)
        assert not jobs.cancel(conn, waiting.id, 3)
        jobs.save(conn, msgspec.structs.replace(running, status=RetroStatus.RUNNING, done=1))
        left = jobs.job(conn, running.id)
        assert left is not None and left.status is RetroStatus.CANCELLING and left.done == 1
        assert jobs.cancelling(conn, running.id)


def test_failed_jobs_keep_their_reason_and_old_ones_are_forgotten(tmp_path: Path) -> None:
    state = open_state(tmp_path / "state.db")
    with state.write() as conn:
        first = jobs.ask(conn, RetroRequest(), "person", "a", 1)
        jobs.fail(conn, first.id, "broken", 2)
        kept = jobs.job(conn, first.id)
        assert kept is not None and kept.error == "broken" and kept.status is RetroStatus.FAILED
        for _n in range(jobs.MAX_JOBS):
            jobs.ask(conn, RetroRequest(), "person", "a", 3)
        assert jobs.job(conn, first.id) is None


def test_rules_are_remembered_as_a_whole(tmp_path: Path) -> None:
    state = open_state(tmp_path / "state.db")
    with state.write() as conn:
        jobs.remember_rules(conn, {"a": "1", "b": "2"})
        jobs.remember_rules(conn, {"b": "3"})
        assert jobs.known_rules(conn) == {"b": "3"}
