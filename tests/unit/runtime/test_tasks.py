import asyncio

import pytest

from keng.runtime import tasks as module
from keng.runtime.tasks import Tasks


def test_a_task_that_dies_is_restarted() -> None:
    async def test() -> None:
        tasks = Tasks(pause_s=0.01)
        runs = 0
        done = asyncio.Event()

        async def work() -> None:
            nonlocal runs
            runs += 1
            if runs < 3:
                raise RuntimeError("stumbled")
            done.set()

        tasks.start("work", work)
        await asyncio.wait_for(done.wait(), 5)
        assert (tasks.restarts, tasks.failed.is_set()) == (2, False)
        await tasks.stop()

    asyncio.run(test())


def test_a_task_that_keeps_dying_ends_the_process() -> None:
    async def test() -> None:
        tasks = Tasks(pause_s=0.001)

        async def work() -> None:
            raise RuntimeError("always")

        tasks.start("work", work)
        await asyncio.wait_for(tasks.failed.wait(), 5)
        assert tasks.reason == "work: always"
        assert tasks.restarts == module.MAX_RESTARTS
        await tasks.stop()

    asyncio.run(test())


def test_the_first_reason_to_fail_is_kept() -> None:
    async def test() -> None:
        tasks = Tasks()
        tasks.fail("first")
        tasks.fail("second")
        assert tasks.reason == "first"

    asyncio.run(test())


def test_a_task_that_does_not_end_in_time_is_cancelled() -> None:
    async def test() -> None:
        tasks = Tasks()
        cancelled = asyncio.Event()

        async def forever() -> None:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                cancelled.set()
                raise

        tasks.start("forever", forever)
        await asyncio.sleep(0)
        await tasks.finish("forever", 0.05)
        assert cancelled.is_set()
        await tasks.finish("unknown", 0.05)

    asyncio.run(test())


@pytest.mark.parametrize("turn", range(2))
def test_stopping_cancels_everything(turn: int) -> None:
    async def test() -> None:
        tasks = Tasks()
        tasks.start("sleep", lambda: asyncio.sleep(60))
        await tasks.stop()
        await tasks.stop()

    asyncio.run(test())
