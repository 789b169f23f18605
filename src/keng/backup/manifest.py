"""What a backup is made of: `manifest.json` in its folder. Restoring reads nothing that is not named and summed in it.

    DEST/keng-20261124T120000Z/manifest.json
    DEST/keng-20261124T120000Z/SHA256SUMS       of the manifest and the files beside it: `sha256sum -c` checks them without us
    DEST/keng-20261124T120000Z/{state.db, journal.db, keng.toml, rules/…, watch/…, events/<table>/<part>/<files>}

An incremental backup leaves out parts of events that an earlier one in DEST has; `kept_in` names it.
Version 1 had no SHA256SUMS and no links.
"""

import hashlib
from pathlib import Path, PurePosixPath

import msgspec

from keng.i18n import _
from keng.i18n.system_error import system_error

FILE = "manifest.json"
SUMS_FILE = "SHA256SUMS"
PREFIX = "keng-"
PARTIAL = ".partial"
VERSION = 2
MAX_BYTES = 1 << 30


class BackupError(Exception):
    """A backup cannot be made, read or restored; the text says what and why."""


class Entry(msgspec.Struct, frozen=True):
    """A file. path: below its backup's folder, with `/`. kept_in: the name of the backup that holds it.

    link: for a link inside its folder, what it points to; then there is no sum.
    """

    path: str
    bytes: int
    sha256: str
    kept_in: str
    link: str = ""

    @property
    def part(self) -> str:
        """The folder of the part of events that the file belongs to, "" for other files."""
        return "/".join(self.path.split("/")[:3]) if self.path.startswith("events/") else ""


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


class Damage(msgspec.Struct, frozen=True):
    """A file that is missing or not as it was written, of the backup `kept_in`.

    part: the part of events that is lost with it, else "".
    """

    kept_in: str
    path: str
    part: str
    text: str


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup's folder. Raises BackupError."""
    try:
        with (folder / FILE).open("rb") as file:
            data = file.read(MAX_BYTES)
        manifest = msgspec.json.decode(data, type=Manifest)
    except OSError as error:
        raise BackupError(
            _("{folder} is no backup: {reason}", folder=folder, reason=system_error(error))
        ) from None
    except (msgspec.MsgspecError, ValueError) as error:
        raise BackupError(
            _("the manifest of {folder} is damaged: {reason}", folder=folder, reason=error)
        ) from None
    if manifest.version > VERSION:
        raise BackupError(
            _("{folder} was made by a newer version of Kẻng; restore it with that one", folder=folder)
        )
    if manifest.version < 1 or (manifest.version > 1 and hashlib.sha256(data).hexdigest() != _noted(folder)):
        reason = _("it is not as it was written")
        raise BackupError(_("the manifest of {folder} is damaged: {reason}", folder=folder, reason=reason))
    for entry in manifest.files:
        for text in (entry.path, entry.kept_in, entry.link or "-"):
            pure = PurePosixPath(text)
            if pure.is_absolute() or ".." in pure.parts or "\\" in text or "\0" in text or not pure.parts:
                raise BackupError(
                    _("the manifest of {folder} names a file outside: {path}", folder=folder, path=text)
                )
    return manifest


def sums(manifest: Manifest, data: bytes) -> bytes:
    """The content of SHA256SUMS. data: of the manifest's file."""
    lines = [f"{hashlib.sha256(data).hexdigest()}  {FILE}"]
    own = (entry for entry in manifest.files if entry.kept_in == manifest.name and not entry.link)
    return "\n".join([*lines, *(f"{entry.sha256}  {entry.path}" for entry in own), ""]).encode(
        "utf-8", "surrogateescape"
    )


def backups(place: Path) -> list[Path]:
    """Folders of complete backups, the oldest first."""
    return sorted(
        path.parent for path in place.glob(f"{PREFIX}*/{FILE}") if not path.parent.name.endswith(PARTIAL)
    )


def damage(place: Path, manifest: Manifest) -> list[Damage]:
    """What is missing or not as it was written; a folder that is missing is named once. place: where the backups lie."""
    found = []
    gone: set[str] = set()
    own = place / manifest.name
    if manifest.version > 1 and (own / SUMS_FILE).read_bytes() != sums(manifest, (own / FILE).read_bytes()):
        found.append(
            Damage(manifest.name, SUMS_FILE, "", _("{path} is not as it was written", path=own / SUMS_FILE))
        )
    for entry in manifest.files:
        path = place / entry.kept_in / entry.path
        if entry.link:
            continue
        if not path.parent.exists() and not (place / entry.kept_in).is_dir():
            text = "" if entry.kept_in in gone else _missing(place, entry.kept_in, manifest)
            gone.add(entry.kept_in)
            found.append(Damage(entry.kept_in, entry.path, entry.part, text))
            continue
        try:
            if digest(path) != entry.sha256:
                found.append(
                    Damage(
                        entry.kept_in, entry.path, entry.part, _("{path} is not as it was written", path=path)
                    )
                )
        except OSError as error:
            text = _("{path} cannot be read: {reason}", path=path, reason=system_error(error))
            found.append(Damage(entry.kept_in, entry.path, entry.part, text))
    return found


def _missing(place: Path, name: str, manifest: Manifest) -> str:
    return _(
        "the backup {base} is missing, on which {name} builds: put it back into {folder}",
        base=name,
        name=manifest.name,
        folder=place,
    )


def _noted(folder: Path) -> str:
    """The manifest's sum in SHA256SUMS, "" if it cannot be told."""
    try:
        for line in (folder / SUMS_FILE).read_bytes().splitlines():
            if line.endswith(b"  " + FILE.encode()):
                return line.split()[0].decode("ascii", "replace")
    except OSError:
        pass
    return ""


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
