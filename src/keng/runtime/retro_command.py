"""`keng retro` without its words: a job done here where no centre runs on the data folder, else by the centre."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from keng.detect.sigma import RuleSet, load_rules
from keng.i18n import _
from keng.runtime.clock import now_us
from keng.runtime.data_folder import DataFolder, DataFolderError
from keng.runtime.engine import paths_of
from keng.runtime.parts import default_parts
from keng.runtime.retro_job import Store, run_job
from keng.runtime.settings import Settings
from keng.state import register
from keng.state import retro as jobs
from keng.state.database import State, open_state
from keng.state.retro import OPEN, RetroJob, RetroRequest
from keng.store.errors import StoreError

POLL_S = 0.5
Tell = Callable[[RetroJob], None]


def search_history(
    settings: Settings, request: RetroRequest, by: str, tell: Tell, cancelled: threading.Event
) -> RetroJob:
    """Search all of history; the job when it has ended. tell: called now and then with how far it is.

    cancelled: set it to end the search. Raises StateError, StoreError, OSError, with a text for people.
    """
    state = open_state(settings.state_place)
    try:
        try:
            folder = DataFolder(settings.data_dir)
        except DataFolderError:
            return _by_the_centre(state, request, by, tell, cancelled)
        try:
            return _here(settings, state, request, by, tell, cancelled)
        finally:
            folder.release()
    finally:
        state.close()


def no_history(settings: Settings) -> str:
    """Why there is nothing to search, "" if there is: a mistyped folder is told, not made."""
    if settings.state_url or (settings.data_dir / "state.db").exists():
        return ""
    return _(
        "there is no centre's data in {path}: name the folder with --data, or start a centre (keng up)",
        path=settings.data_dir,
    )


def no_such_agency(settings: Settings, agency: str) -> str:
    """What is wrong with the id of an agency, "" if nothing is. Raises StateError."""
    if not agency:
        return ""
    state = open_state(settings.state_place)
    try:
        with state.read() as conn:
            known = [one.id for one in register.agencies(conn)]
    finally:
        state.close()
    if agency in known:
        return ""
    return _("no agency has the id “{agency}”", agency=agency) + (
        f" ({', '.join(known[:20])})" if known else ""
    )


def centre_rules(settings: Settings) -> RuleSet:
    """The rules that a centre with these settings runs."""
    return load_rules(paths_of(settings), settings.cache_dir)


def _here(
    settings: Settings, state: State, request: RetroRequest, by: str, tell: Tell, cancelled: threading.Event
) -> RetroJob:
    parts = default_parts()
    store = parts.open_store(settings)
    try:
        if not isinstance(store, Store):
            raise StoreError("this event store cannot be searched by rules")
        with state.write() as conn:
            job = jobs.ask(conn, request, "person", by, now_us())
        ruleset = load_rules([], None) if request.paths else centre_rules(settings)
        ended: list[RetroJob] = []
        failed: list[BaseException] = []

        def work() -> None:
            try:
                ended.append(
                    run_job(
                        job,
                        state,
                        store,
                        ruleset,
                        parts.steps,
                        now_us,
                        tell=tell,
                        cache_dir=settings.cache_dir,
                    )
                )
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=work, name="retro", daemon=True)
        thread.start()
        asked = False
        while thread.is_alive():
            thread.join(0.1)
            if cancelled.is_set() and not asked:
                asked = True
                with state.write() as conn:
                    jobs.cancel(conn, job.id, now_us())
                store.cancel(f"retro-{job.id}")
        if failed:
            raise failed[0]
        return ended[0]
    finally:
        store.close()


def _by_the_centre(
    state: State, request: RetroRequest, by: str, tell: Tell, cancelled: threading.Event
) -> RetroJob:
    """The centre holds the event store: it takes the job's row, and writes there how far it is."""
    with state.write() as conn:
        job = jobs.ask(conn, request, "person", by, now_us())
    asked = False
    while True:
        with state.read() as conn:
            job = jobs.job(conn, job.id) or job
        tell(job)
        if job.status not in OPEN:
            return job
        if cancelled.is_set() and not asked:
            asked = True
            with state.write() as conn:
                jobs.cancel(conn, job.id, now_us())
        time.sleep(POLL_S)


def as_paths(paths: list[Path]) -> tuple[str, ...]:
    """Paths as another process can use them."""
    return tuple([str(path.expanduser().resolve()) for path in paths])
