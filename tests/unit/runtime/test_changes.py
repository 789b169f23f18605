import asyncio
import threading

from keng.model.alert import Alert, AlertChange
from keng.model.severity import Severity
from keng.runtime import changes as module
from keng.runtime.changes import Changes

from .conftest import RULE

ALERT = Alert(1, "k", RULE, Severity.HIGH, "bv", "s", "h", 1, 1, 1, 1)


def change(kind: str) -> AlertChange:
    return AlertChange(kind, ALERT)


def test_every_subscriber_hears_what_another_thread_publishes() -> None:
    async def test() -> None:
        changes = Changes()
        with changes.subscribe() as one, changes.subscribe() as two:
            thread = threading.Thread(target=changes.publish, args=([change("new"), change("grown")],))
            thread.start()
            for queue in (one, two):
                assert [(await asyncio.wait_for(queue.get(), 2)).kind for _n in range(2)] == ["new", "grown"]
            thread.join()
        changes.publish([change("new")])
        await asyncio.sleep(0.01)
        assert one.empty()

    asyncio.run(test())


def test_a_subscriber_far_behind_loses_its_oldest() -> None:
    async def test() -> None:
        changes = Changes()
        with changes.subscribe() as queue:
            changes.publish([change(str(n)) for n in range(module.QUEUE_SIZE + 5)])
            await asyncio.sleep(0.05)
            assert changes.skipped == 5
            assert queue.get_nowait().kind == "5"

    asyncio.run(test())


def test_nobody_to_tell_is_fine() -> None:
    async def test() -> Changes:
        changes = Changes()
        changes.publish([])
        changes.publish([change("new")])
        return changes

    asyncio.run(test()).publish([change("after the loop has ended")])
