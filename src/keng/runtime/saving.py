"""`keng backup` and `keng verify` while a centre runs: it does them itself, for it has the event store open."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from keng.backup.make import make_backup
from keng.backup.manifest import BackupError, Manifest
from keng.backup.verify import Report, verify
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


class BackupRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """place: absolute, as the centre sees it."""

    place: str
    full: bool = False
    who: str = "cli"


def save(settings: Settings, store: EventStore, state: State, request: BackupRequest) -> Manifest:
    """Make a backup; it stands in the audit log. Raises BackupError, OSError, StoreError."""
    freeze = store.frozen if isinstance(store, ChdbStore) else None
    manifest = make_backup(settings.places, Path(request.place), now_us(), freeze, request.full)
    with state.write() as conn:
        details = {"place": request.place, "kind": manifest.kind, "files": str(len(manifest.files))}
        audit.record(
            conn, now_us(), Actor(request.who[:64]), "backup.make", f"backup:{manifest.name}", details
        )
    return manifest


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


def told(manifest: Manifest) -> dict[str, Any]:
    """What a command says of a backup. copied: bytes that are new in it."""
    return {
        "backup": manifest.name,
        "kind": manifest.kind,
        "files": len(manifest.files),
        "bytes": sum(entry.bytes for entry in manifest.files),
        "copied": sum(entry.bytes for entry in manifest.files if entry.kept_in == manifest.name),
        "state": manifest.state,
        "journal": manifest.journal,
        "events": manifest.events,
    }


def backup_handler(settings: Settings, store: EventStore, state: State) -> Handler:
    """For the control socket."""

    def serve(call: Call) -> Iterator[dict[str, Any]]:
        try:
            yield told(save(settings, store, state, msgspec.convert(call.arguments, BackupRequest)))
        except (BackupError, OSError, StoreError, msgspec.ValidationError) as error:
            raise CallError(str(error)) from error

    return serve


def verify_handler(settings: Settings, store: EventStore, state: State) -> Handler:
    """For the control socket."""

    def serve(call: Call) -> Iterator[dict[str, Any]]:
        try:
            yield msgspec.to_builtins(look(settings, store, state))
        except StoreError as error:
            raise CallError(str(error)) from error

    return serve
