"""The parts that a centre is made of and that can be others: the event store, the engine, the pure steps."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from keng.runtime.beside import Beside, beside
from keng.runtime.pipeline_parts import Loaded
from keng.runtime.prepare import Steps
from keng.runtime.settings import Settings
from keng.store.base import EventStore


class OpenStore(Protocol):
    """level_of: from a log source to the level of its system, for how long its events are kept."""

    def __call__(self, settings: Settings, level_of: Callable[[str], int] = ...) -> EventStore: ...


class Parts(NamedTuple):
    """open_store and load_engine may take seconds; they are called in a thread. load_engine returns the rule set, too.

    beside: the process that works beside the centre, or None; it must know the same store, rules and steps.
    """

    open_store: OpenStore
    load_engine: Callable[[Settings], tuple[Loaded, Any]]
    steps: Steps
    beside: Callable[[Settings], Beside | None] = lambda _settings: None


def open_store(settings: Settings, level_of: Callable[[str], int] = lambda _source: 0) -> EventStore:
    """The event store of the settings: in the data folder, or on a server. Raises StoreError."""
    from keng.normalise.ocsf import hot_table

    if settings.store_url:
        from keng.store.clickhouse import ClickHouseStore

        return ClickHouseStore(settings.store_url, hot_table, level_of=level_of)
    from keng.store.chdb import ChdbStore

    return ChdbStore(settings.events_dir, hot_table, level_of=level_of)


def default_parts() -> Parts:
    """The store of the settings, Sigma, and our formats. Imported here: they are heavy, and a centre needs them only when it starts."""
    from keng.runtime.engine import load_engine

    return Parts(open_store, load_engine, default_steps(), beside)


def default_steps() -> Steps:
    """Our formats."""
    from keng.formats.recognise import parse_record
    from keng.normalise.normalise import to_event
    from keng.normalise.privacy import may_hold_content, redact

    return Steps(parse_record, to_event, redact, may_hold_content)
