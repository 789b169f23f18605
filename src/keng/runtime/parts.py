"""The parts that a centre is made of and that can be others: the event store, the engine, the pure steps."""

from collections.abc import Callable
from typing import Any, NamedTuple

from keng.runtime.pipeline import Loaded
from keng.runtime.prepare import Steps
from keng.runtime.settings import Settings
from keng.store.base import EventStore


class Parts(NamedTuple):
    """open_store and load_engine may take seconds; they are called in a thread. load_engine returns the rule set, too."""

    open_store: Callable[[Settings], EventStore]
    load_engine: Callable[[Settings], tuple[Loaded, Any]]
    steps: Steps


def default_parts() -> Parts:
    """chDB, Sigma, and our formats. Imported here: they are heavy, and a centre needs them only when it starts."""
    from keng.formats.recognise import parse_record
    from keng.normalise.normalise import to_event
    from keng.normalise.ocsf import hot_columns
    from keng.normalise.privacy import redact
    from keng.runtime.engine import load_engine
    from keng.store.chdb import ChdbStore

    return Parts(
        lambda settings: ChdbStore(settings.events_dir, hot_columns),
        load_engine,
        Steps(parse_record, to_event, redact),
    )
