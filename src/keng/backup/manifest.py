"""What a backup is made of: `manifest.json` in its folder. Restoring reads nothing that is not named and summed in it.

    DEST/keng-20261124T120000Z/manifest.json
    DEST/keng-20261124T120000Z/{state.db, journal.db, rules/…, events/<table>/<part>/<files>}

An incremental backup leaves out parts of events that an earlier one in DEST has; `kept_in` names it.
"""

import hashlib
from pathlib import Path, PurePosixPath

import msgspec

from keng.i18n import _
from keng.i18n.system_error import system_error

FILE = "manifest.json"
PREFIX = "keng-"
PARTIAL = ".partial"
VERSION = 1
CHUNK = 1 << 20


class BackupError(Exception):
    """A backup cannot be made, read or restored; the text says what and why."""


class Entry(msgspec.Struct, frozen=True):
    """A file. path: below its backup's folder, with `/`. kept_in: the name of the backup that holds it."""

    path: str
    bytes: int
    sha256: str
    kept_in: str


class Manifest(msgspec.Struct, frozen=True):
    """A backup. kind: "full" or "incremental". state, journal, events: false where a server of its own keeps them.

    cursor: the last offset of the journal whose alerts are in the state.
    """

    version: int
    name: str
    kind: str
    created_us: int
    cursor: int
    state: bool
    journal: bool
    events: bool
    files: tuple[Entry, ...]


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup's folder. Raises BackupError."""
    try:
        manifest = msgspec.json.decode((folder / FILE).read_bytes(), type=Manifest)
    except OSError as error:
        raise BackupError(
            _("{folder} is no backup: {reason}", folder=folder, reason=system_error(error))
        ) from None
    except msgspec.MsgspecError as error:
        raise BackupError(
            _("the manifest of {folder} is damaged: {reason}", folder=folder, reason=error)
        ) from None
    if manifest.version != VERSION:
        raise BackupError(_("{folder} was made by another version of Kẻng", folder=folder))
    for entry in manifest.files:
        for text in (entry.path, entry.kept_in):
            pure = PurePosixPath(text)
            if pure.is_absolute() or ".." in pure.parts or "\\" in text or not pure.parts:
                raise BackupError(
                    _("the manifest of {folder} names a file outside: {path}", folder=folder, path=text)
                )
    return manifest


def backups(place: Path) -> list[Path]:
    """Folders of complete backups, the oldest first."""
    return sorted(
        path.parent for path in place.glob(f"{PREFIX}*/{FILE}") if not path.parent.name.endswith(PARTIAL)
    )


def damage(place: Path, manifest: Manifest) -> list[str]:
    """What is missing or not as it was written, one text for each file. place: where the backups lie."""
    found = []
    for entry in manifest.files:
        path = place / entry.kept_in / entry.path
        try:
            if digest(path) != entry.sha256:
                found.append(_("{path} is not as it was written", path=path))
        except OSError as error:
            found.append(_("{path} cannot be read: {reason}", path=path, reason=system_error(error)))
    return found


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
