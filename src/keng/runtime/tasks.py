"""Supervised tasks: one that dies is restarted after a pause, loudly; one that keeps dying ends the process."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

MAX_RESTARTS = 5
RESTART_WINDOW_S = 60.0
_log = structlog.get_logger("keng.runtime.tasks")


class Tasks:
    """Owns background tasks. `failed` is set, with the reason in `reason`, when one cannot be kept alive."""

    def __init__(self, pause_s: float = 0.5) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._pause = pause_s
        self.failed = asyncio.Event()
        self.reason = ""
        self.restarts = 0

    def start(self, name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run `run()` until it returns; when it raises, run it again, at most 5 times a minute."""
        self._tasks[name] = asyncio.get_running_loop().create_task(self._keep(name, run), name=name)

    def fail(self, reason: str) -> None:
        """Say that the process must end: something cannot be repaired from inside."""
        if not self.failed.is_set():
            self.reason = reason
            self.failed.set()
            _log.critical("the centre must stop", reason=reason)

    async def stop(self) -> None:
        """Cancel what still runs and wait for it."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()

    async def finish(self, name: str, timeout_s: float) -> None:
        """Wait for a task that is about to end by itself; cancel it after the timeout."""
        task = self._tasks.pop(name, None)
        if task is not None:
            try:
                await asyncio.wait_for(task, timeout_s)
            except TimeoutError:
                _log.error("task did not end in time", task=name)

    async def _keep(self, name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        deaths: list[float] = []
        while True:
            try:
                await run()
            except Exception as error:
                # Whatever it was, the supervisor's answer is the same; the traceback goes to the log.
                now = time.monotonic()
                deaths = [at for at in deaths if now - at < RESTART_WINDOW_S] + [now]
                _log.exception("task died", task=name, deaths=len(deaths))
                if len(deaths) > MAX_RESTARTS:
                    self.fail(f"{name}: {error}")
                    return
                self.restarts += 1
                await asyncio.sleep(self._pause * len(deaths))
            else:
                return
