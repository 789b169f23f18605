"""Installed rule sets: `DATA/rules/<name>` points to a version in `DATA/rules/.versions` (see `versions`).

A set comes from a folder, a zip archive or an https address. Only rule files and licences are taken, under
their own relative paths; archives are bounded in files, size and ratio, and nothing leaves the set's folder.
"""

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import msgspec
import re2

from keng.detect.sigma.errors import RuleProblem
from keng.detect.sigma.fetch import FetchError, fetch
from keng.detect.sigma.load import load_rules
from keng.detect.sigma.rule_files import MAX_FILES, MAX_TOTAL, SUFFIXES
from keng.detect.sigma.versions import (
    SetVersions,
    Version,
    activate,
    active_folders,
    locked,
    prune,
    versions_of,
)
from keng.detect.sigma.yaml_nodes import MAX_BYTES

MAX_RATIO = 200
_NAME = re2.compile(r"[^a-z0-9._-]+")
_LICENCES = ("LICENSE", "LICENCE", "COPYING", "NOTICE")


class InstallError(Exception):
    """A set that cannot be installed. `template` and `values` as in `RuleError`."""

    def __init__(self, template: str, **values: object) -> None:
        self.template = template
        self.values = {key: str(value)[:300] for key, value in values.items()}
        super().__init__(template.format(**self.values) if values else template)


class InstallReport(msgspec.Struct, frozen=True):
    """What was installed: name, folder, counts, every problem (paths relative to the set), number of the version."""

    name: str
    path: str
    rules: int
    correlations: int
    filters: int
    problems: tuple[RuleProblem, ...]
    version: int = 1


def rule_paths(data_dir: Path) -> list[Path]:
    """Folders of the installed sets, by name."""
    root = data_dir / "rules"
    if not root.is_dir():
        return []
    return sorted(path for path in root.iterdir() if not path.name.startswith(".") and path.is_dir())


def install(
    source: str,
    data_dir: Path,
    name: str = "",
    progress: Callable[[int, int], None] | None = None,
    now_us: int = 0,
) -> InstallReport:
    """Install a set, as a new version if there is one of this name, and use it.

    The same content again is the version that it was. Raises `InstallError`; then nothing has changed.
    """
    root = data_dir / "rules"
    versions = root / ".versions"
    versions.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=versions, prefix=".incoming-") as folder:
        work = Path(folder)
        stem, origin = _origin(source, work)
        chosen = _NAME.sub("-", (name or stem).casefold()).strip("-.")[:64]
        if not chosen:
            raise InstallError("{source}: give the set a name of letters and digits", source=source)
        target = root / chosen
        if target.exists() and not target.is_symlink():
            raise InstallError("{path} exists and was not put there by keng rules add", path=target)
        files = work / "set"
        files.mkdir()
        copied = _unpack(origin, files) if origin.is_file() else _copy(origin, files)
        if not copied:
            raise InstallError("{source}: no rule files (.yml) found", source=source)
        ruleset = load_rules([files], None, progress)
        if not ruleset.rules and not ruleset.correlations and not ruleset.filters:
            problem = next((p.reason for p in ruleset.errors if p.fatal), "")
            raise InstallError(
                "{source}: not one rule could be read: {detail}", source=source, detail=problem
            )
        content = _content(files)
        made = Version(
            number=0,
            folder=f"{chosen}-{content}",
            content=content,
            source=source[:500],
            installed_us=now_us,
            rules=len(ruleset.rules),
            correlations=len(ruleset.correlations),
            filters=len(ruleset.filters),
            not_loaded=sum(problem.fatal for problem in ruleset.errors),
        )
        with locked(data_dir):
            version = _take_in(data_dir, chosen, files, made)
    prefix = f"{files}/"
    problems = tuple(
        msgspec.structs.replace(problem, path=problem.path.removeprefix(prefix)) for problem in ruleset.errors
    )
    return InstallReport(
        chosen, str(target), made.rules, made.correlations, made.filters, problems, version.number
    )


def _take_in(data_dir: Path, name: str, files: Path, made: Version) -> Version:
    """Put the files among the versions of the set and use them."""
    known = versions_of(data_dir, name) if name in active_folders(data_dir) else SetVersions(name)
    version = next((old for old in known.versions if old.content == made.content), None)
    if version is None:
        number = max((old.number for old in known.versions), default=0) + 1
        version = msgspec.structs.replace(made, number=number)
        known = msgspec.structs.replace(known, versions=(*known.versions, version))
        place = data_dir / "rules" / ".versions" / version.folder
        if place.exists():
            shutil.rmtree(place)
        files.rename(place)
    activate(data_dir, known, version)
    prune(data_dir, name)
    return version


def _content(files: Path) -> str:
    """12 hex digits of names and bytes."""
    digest = hashlib.sha256()
    for path in sorted(files.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            digest.update(f"{path.relative_to(files)}\n{len(data)}\n".encode("utf-8", "surrogateescape"))
            digest.update(data)
    return digest.hexdigest()[:12]


def _origin(source: str, work: Path) -> tuple[str, Path]:
    """(name that the source suggests, folder or file with its content)."""
    if "://" in source:
        archive = work / "download.zip"
        try:
            fetch(source, archive)
        except FetchError as error:
            raise InstallError(error.template, **error.values) from error
        path = source.split("://", 1)[1].split("?")[0].split("#")[0].rstrip("/")
        return PurePosixPath(path).stem, archive
    path_given = Path(source)
    if not path_given.exists():
        raise InstallError("{source}: no such file or folder", source=source)
    return (path_given.resolve().stem if path_given.is_file() else path_given.resolve().name), path_given


def _wanted(name: str) -> bool:
    return name.lower().endswith(SUFFIXES) or name.upper().split(".")[0] in _LICENCES


def _copy(origin: Path, files: Path) -> int:
    count = 0
    for found in sorted(origin.rglob("*")):
        relative = found.relative_to(origin)
        if (
            not found.is_file()
            or not _wanted(found.name)
            or any(part.startswith(".") for part in relative.parts)
        ):
            continue
        size = found.stat().st_size
        if size > MAX_BYTES:
            continue
        place = files / relative
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found, place)
        count += found.name.lower().endswith(SUFFIXES)
        if count > MAX_FILES:
            raise InstallError("{source}: more than {count} files", source=origin, count=MAX_FILES)
    return count


def _unpack(archive_path: Path, files: Path) -> int:
    if archive_path.name.lower().endswith(SUFFIXES):
        shutil.copyfile(archive_path, files / archive_path.name)
        return 1
    count = total = 0
    if archive_path.suffix.lower() != ".zip" and not zipfile.is_zipfile(archive_path):
        raise InstallError("{name} is neither a rule file (.yml) nor a zip archive", name=archive_path.name)
    try:
        with zipfile.ZipFile(archive_path) as archive:
            for entry in _entries(archive):
                relative = _safe(entry.filename)
                place = files / relative
                place.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as stream:
                    data = stream.read(MAX_BYTES + 1)
                total += len(data)
                if len(data) > MAX_BYTES or total > MAX_TOTAL:
                    raise InstallError(
                        "the archive unpacks to more than is allowed at {name}", name=entry.filename
                    )
                place.write_bytes(data)
                count += entry.filename.lower().endswith(SUFFIXES)
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError) as error:
        raise InstallError("not a readable zip archive: {detail}", detail=error) from error
    return count


def _entries(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    for entry in entries:
        _safe(entry.filename)
    wanted = [
        entry for entry in entries
        if _wanted(PurePosixPath(entry.filename).name)
        and not any(part.startswith(".") for part in PurePosixPath(entry.filename).parts)
    ]  # fmt: skip
    if len(wanted) > MAX_FILES or sum(entry.file_size for entry in wanted) > MAX_TOTAL:
        raise InstallError(
            "the archive holds more than {count} files or {total} bytes", count=MAX_FILES, total=MAX_TOTAL
        )
    for entry in wanted:
        if entry.file_size > MAX_BYTES or entry.file_size > MAX_RATIO * max(entry.compress_size, 64):
            raise InstallError("the archive unpacks to more than is allowed at {name}", name=entry.filename)
        yield entry


def _safe(name: str) -> PurePosixPath:
    """A relative path that stays inside, or an error."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name or "\0" in name or len(name) > 1000:
        raise InstallError("the archive has a path that leaves its folder: {name}", name=name)
    return path
