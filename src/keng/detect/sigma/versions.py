"""Versions of installed rule sets: which there are, which is in use, switching and undoing in one step.

`DATA/rules/<set>` is a link to the version in use; versions lie in `DATA/rules/.versions/<set>-<content>/`, and
`DATA/rules/.versions/<set>.json` says what is known of them and which were in use before. The link alone decides.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from keng.i18n import _

MAX_VERSIONS = 10
"""Of one set; older ones are removed, never the one in use nor the one before it."""
MAX_PREVIOUS = 50


class VersionError(Exception):
    """A set or version that is not there, or cannot be switched. `template` and `values` as in `RuleError`."""

    def __init__(self, template: str, **values: object) -> None:
        self.template = template
        self.values = {key: str(value)[:300] for key, value in values.items()}
        super().__init__(template.format(**self.values) if values else template)

    def text(self) -> str:
        """The reason in the current language."""
        return _(self.template, **self.values)


class Version(msgspec.Struct, frozen=True):
    """One version of a set. number: 1, 2, 3 …; content: 12 hex digits; folder: its name in `.versions`.

    installed_us: microseconds since the epoch, 0 if not known. not_loaded: documents that were refused.
    """

    number: int
    folder: str
    content: str
    source: str = ""
    installed_us: int = 0
    rules: int = 0
    correlations: int = 0
    filters: int = 0
    not_loaded: int = 0


class SetVersions(msgspec.Struct, frozen=True):
    """All of a set. active: number of the version in use, 0 for none; previous: those before it, newest last."""

    name: str
    versions: tuple[Version, ...] = ()
    active: int = 0
    previous: tuple[int, ...] = ()

    def version(self, number: int) -> Version | None:
        """The version of this number."""
        return next((version for version in self.versions if version.number == number), None)


def active_folders(data_dir: Path) -> dict[str, str]:
    """Set to the name of the folder in use: a cheap look that tells when something was switched."""
    root = data_dir / "rules"
    found: dict[str, str] = {}
    if root.is_dir():
        for path in sorted(root.iterdir()):
            if path.is_symlink() and not path.name.startswith("."):
                found[path.name] = path.readlink().name
    return found


def all_versions(data_dir: Path) -> list[SetVersions]:
    """Every installed set, by name."""
    return [versions_of(data_dir, name) for name in active_folders(data_dir)]


def versions_of(data_dir: Path, name: str) -> SetVersions:
    """What is known of a set. Raises `VersionError` if it is not installed."""
    folder = active_folders(data_dir).get(name)
    if folder is None:
        raise VersionError("there is no installed rule set named {name}", name=name)
    return _known(data_dir / "rules" / ".versions", name, folder)


def use(data_dir: Path, name: str, wanted: str) -> Version:
    """Switch a set to a version: its number, or the beginning of its content. Raises `VersionError`."""
    versions_of(data_dir, name)
    with locked(data_dir):
        known = versions_of(data_dir, name)
        fitting = [
            version
            for version in known.versions
            if str(version.number) == wanted
            or (len(wanted) >= 4 and version.content.startswith(wanted.lower()))
        ]
        if not fitting:
            numbers = ", ".join(str(version.number) for version in known.versions)
            raise VersionError(
                "{name} has no version {wanted}; it has {numbers}", name=name, wanted=wanted, numbers=numbers
            )
        chosen = next((version for version in fitting if str(version.number) == wanted), fitting[-1])
        activate(data_dir, known, chosen)
        return chosen


def undo(data_dir: Path, name: str) -> Version:
    """Go back to the version that was in use before. Raises `VersionError` if there is none."""
    versions_of(data_dir, name)
    with locked(data_dir):
        known = versions_of(data_dir, name)
        for place in range(len(known.previous) - 1, -1, -1):
            earlier = known.version(known.previous[place])
            if earlier is not None and earlier.number != known.active:
                _point(data_dir / "rules", name, earlier.folder)
                _write(
                    data_dir,
                    msgspec.structs.replace(known, active=earlier.number, previous=known.previous[:place]),
                )
                return earlier
        raise VersionError("no version of {name} was in use before this one", name=name)


def activate(data_dir: Path, known: SetVersions, chosen: Version) -> None:
    """Let the set's name lead to a version, in one step, and remember the one before. The caller holds the lock."""
    previous = known.previous
    if known.active and known.active != chosen.number:
        previous = (*previous, known.active)[-MAX_PREVIOUS:]
    _write(data_dir, msgspec.structs.replace(known, active=chosen.number, previous=previous))
    _point(data_dir / "rules", known.name, chosen.folder)


def prune(data_dir: Path, name: str) -> None:
    """Remove the oldest versions beyond the bound. The caller holds the lock."""
    known = versions_of(data_dir, name)
    kept = {version.number for version in known.versions[-MAX_VERSIONS:]} | {
        known.active,
        *known.previous[-1:],
    }
    gone = [version for version in known.versions if version.number not in kept]
    if gone:
        _write(data_dir, msgspec.structs.replace(
            known,
            versions=tuple(version for version in known.versions if version.number in kept),
            previous=tuple(number for number in known.previous if number in kept),
        ))  # fmt: skip
        for version in gone:
            shutil.rmtree(data_dir / "rules" / ".versions" / version.folder, ignore_errors=True)


@contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """One process at a time changes the installed sets."""
    folder = data_dir / "rules" / ".versions"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _known(folder: Path, name: str, active: str) -> SetVersions:
    """What the file says, corrected by the link; without a file (an older installation) the version in use is 1."""
    try:
        known = msgspec.json.decode((folder / f"{name}.json").read_bytes(), type=SetVersions)
    except (OSError, msgspec.DecodeError):
        known = SetVersions(name)
    versions = tuple(version for version in known.versions if (folder / version.folder).is_dir())
    current = next((version for version in versions if version.folder == active), None)
    if current is None:
        number = max((version.number for version in known.versions), default=0) + 1
        current = Version(number, active, active.rpartition("-")[2])
        versions = (*versions, current)
    return msgspec.structs.replace(known, versions=versions, active=current.number)


def _write(data_dir: Path, known: SetVersions) -> None:
    path = data_dir / "rules" / ".versions" / f"{known.name}.json"
    draft = path.with_name(f".draft-{known.name}.json")
    with draft.open("wb") as file:
        file.write(msgspec.json.encode(known))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _point(root: Path, name: str, folder: str) -> None:
    link = root / f".link-{name}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(".versions") / folder)
    link.replace(root / name)
