"""Notices that another version of a rule set was put to use, and has the rules read again; events flow on meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from keng.detect.sigma.versions import active_folders

EVERY_S = 2.0
_log = structlog.get_logger("keng.runtime.rule_watch")


class RuleWatch:
    """Looks at the links of the installed sets. reload: reads all rules and puts them to use, or raises.

    every_s: pause between two looks, 0 for `EVERY_S`.
    """

    def __init__(self, data_dir: Path, reload: Callable[[], Awaitable[object]], every_s: float = 0.0) -> None:
        self._data_dir = data_dir
        self._reload = reload
        self._every_s = every_s or EVERY_S
        self._seen = active_folders(data_dir)

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(self._every_s)
            now = await asyncio.to_thread(active_folders, self._data_dir)
            if now == self._seen:
                continue
            changed = sorted(set(now.items()) ^ set(self._seen.items()))
            self._seen = now
            try:
                await self._reload()
            except Exception:
                # Whatever is wrong with the new rules, the old ones go on.
                _log.exception("rules could not be read again; the old ones go on", changed=changed)
            else:
                _log.info("another version of a rule set is in use", changed=changed)
