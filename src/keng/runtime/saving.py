"""`keng backup` and `keng verify` while a centre runs: it does them itself, for it has the event store open."""

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import msgspec
from sqlalchemy.exc import DBAPIError

from keng.backup.make import Progress, make_backup
from keng.backup.manifest import BackupError, Manifest
from keng.backup.verify import Report, verify
from keng.i18n import _
from keng.i18n.system_error import system_error
from keng.model.user import Actor
from keng.runtime.clock import now_us
from keng.runtime.control import Call, CallError, Handler
from keng.runtime.settings import Settings
from keng.state import audit
from keng.state.database import State
from keng.store.base import EventStore
from keng.store.chdb import ChdbStore
from keng.store.check import Checked, check
from keng.store.errors import StoreError

BACKUP, VERIFY = "backup", "verify"
SAID_EVERY = 1 << 24  # bytes


@runtime_checkable
class HasStill(Protocol):
    """A journal that can be kept from forgetting for a while."""

    def still(self) -> AbstractContextManager[None]:
        """Nothing is forgotten in the block."""
        ...


class BackupRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """place: absolute, as the centre sees it."""

    place: str
    full: bool = False
    who: str = "cli"


def save(
    settings: Settings, store: EventStore, state: State, request: BackupRequest, journal: object = None
) -> Generator[Progress, None, Manifest]:
    """Make a backup; it stands in the audit log. journal: of a running centre. Raises BackupError, OSError, StoreError."""
    _answers(state)
    freeze = store.frozen if isinstance(store, ChdbStore) else None
    still = journal.still if isinstance(journal, HasStill) else nullcontext
    manifest = yield from make_backup(
        settings.places, Path(request.place), now_us(), freeze, request.full, still, state
    )
    with state.write() as conn:
        details = {"place": request.place, "kind": manifest.kind, "files": str(len(manifest.files))}
        audit.record(
            conn, now_us(), Actor(request.who[:64]), "backup.make", f"backup:{manifest.name}", details
        )
    return manifest


def _answers(state: State) -> None:
    """The backup is to stand in the audit log: a state that is away is told before, not after it."""
    try:
        with state.read() as conn:
            audit.newest(conn, "backup.make")
    except DBAPIError as error:
        raise BackupError(_("the state store does not answer: {reason}", reason=error.orig)) from error


def look(settings: Settings, store: EventStore, state: State) -> Report:
    """Check everything of a running centre."""

    def events() -> Checked:
        assert isinstance(store, ChdbStore)
        connection = store.connection()
        try:
            return check(connection)
        finally:
            connection.close()

    return verify(settings.places, events if isinstance(store, ChdbStore) else None, state)


def told(manifest: Manifest, settings: Settings) -> dict[str, Any]:
    """What a command says of a backup. copied: bytes that are new in it. outside: files of the settings that are not in it."""
    return {
        "backup": manifest.name,
        "kind": manifest.kind,
        "files": len(manifest.files),
        "bytes": sum(entry.bytes for entry in manifest.files),
        "copied": sum(entry.bytes for entry in manifest.files if entry.kept_in == manifest.name),
        "state": manifest.state,
        "journal": manifest.journal,
        "events": manifest.events,
        "outside": outside(settings),
    }


def outside(settings: Settings) -> list[str]:
    """Files and folders that the settings name and that do not lie in the data folder."""
    named = [
        *settings.rules,
        *(
            Path(one)
            for one in (settings.tls_certificate, settings.tls_key, settings.syslog_tls_authority)
            if one
        ),
    ]
    data = settings.data_dir.absolute()
    return [str(path.absolute()) for path in named if data not in path.absolute().parents]


def backup_handler(settings: Settings, store: EventStore, state: State, journal: object = None) -> Handler:
    """For the control socket: {"done", "whole"} (bytes) now and then, at last what `told` tells."""

    def serve(call: Call) -> Iterator[dict[str, Any]]:
        try:
            request = msgspec.convert(call.arguments, BackupRequest)
            yield from steps(save(settings, store, state, request, journal), settings, call)
        except (BackupError, StoreError, msgspec.ValidationError) as error:
            raise CallError(str(error)) from error
        except OSError as error:
            raise CallError(_where(error)) from error

    return serve


def steps(
    saving: Generator[Progress, None, Manifest], settings: Settings, call: Call | None = None
) -> Iterator[dict[str, Any]]:
    """How far a backup is, each few megabytes, and what it has become. Ends at once when the caller has gone."""
    said = -SAID_EVERY
    while True:
        try:
            at = next(saving)
        except StopIteration as end:
            yield told(end.value, settings)
            return
        if call is not None and call.cancelled.is_set():
            saving.close()
            return
        if at.done - said >= SAID_EVERY:
            said = at.done
            yield {"done": at.done, "whole": at.whole}


def _where(error: OSError) -> str:
    return f"{error.filename}: {system_error(error)}" if error.filename else system_error(error)


def verify_handler(settings: Settings, store: EventStore, state: State) -> Handler:
    """For the control socket."""

    def serve(call: Call) -> Iterator[dict[str, Any]]:
        try:
            yield msgspec.to_builtins(look(settings, store, state))
        except StoreError as error:
            raise CallError(str(error)) from error

    return serve
