"""What the console needs of a running centre."""

import asyncio
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from keng.model.alert import AlertChange
from keng.runtime.settings import Settings
from keng.state.database import State
from keng.store.base import EventStore


class Changes(Protocol):
    """Changes of alerts, to whoever watches. A full queue loses the oldest: watchers read the state anew anyway."""

    def subscribe(self) -> AbstractContextManager[asyncio.Queue[AlertChange]]:
        """A queue that receives every change until the block ends."""
        ...

    def publish(self, changes: Iterable[AlertChange]) -> None:
        """Tell every subscriber, from any thread, after the transaction has committed."""
        ...


class Centre(Protocol):
    """The running centre as the console sees it; `runtime/centre.py` is the real one.

    stats: an object with numbers about the pipeline, see `web/pages/health.py`; ruleset: what detection loaded.
    """

    @property
    def state(self) -> State: ...
    @property
    def store(self) -> EventStore: ...
    @property
    def changes(self) -> Changes: ...
    @property
    def stats(self) -> Any: ...
    @property
    def ruleset(self) -> Any: ...
    @property
    def settings(self) -> Settings: ...
