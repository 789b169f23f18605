"""One process that works until it is told to stop; SIGHUP reads the rules again."""

import signal
import sys
import threading

import structlog

from keng.i18n import _
from keng.journal.lock import InUseError
from keng.runtime.settings import Settings
from keng.runtime.worker import Worker, WorkerParts, WorkerSettingsError
from keng.state.database import StateError
from keng.store.errors import StoreError

_log = structlog.get_logger("keng.runtime.working")


def default_worker_parts() -> WorkerParts:
    """The store of the settings, Sigma, and our formats."""
    from keng.detect.sigma import load_rules
    from keng.runtime.engine import paths_of
    from keng.runtime.parts import default_parts

    parts = default_parts()
    return WorkerParts(
        parts.open_store, lambda settings: load_rules(paths_of(settings), settings.cache_dir), parts.steps
    )


def work(settings: Settings, parts: WorkerParts | None = None) -> int:
    """Work until SIGTERM or SIGINT; the exit status: 0, or 1 if it could not start."""
    try:
        settings.cache_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        worker = Worker(settings, parts or default_worker_parts())
    except (WorkerSettingsError, InUseError, StateError, StoreError, OSError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or str(error)
        print(_("Error: {reason}", reason=reason), file=sys.stderr)
        return 1
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: worker.end())
        signal.signal(signal.SIGHUP, lambda _number, _frame: worker.reload.set())
    _log.info("worker started")
    worker.run()
    _log.info("worker stopped", stored=worker.counts.counts().stored)
    return 0
