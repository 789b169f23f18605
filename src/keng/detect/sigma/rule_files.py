"""Rule files: folders, single files and zip archives to (path, bytes), within limits."""

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from keng.detect.sigma.errors import RuleProblem, plain_values
from keng.detect.sigma.yaml_nodes import MAX_BYTES

SUFFIXES = (".yml", ".yaml")
MAX_FILES = 100_000
MAX_TOTAL = 512 << 20


class RuleFile(NamedTuple):
    """path: as reached from the argument, `archive.zip/inner.yml` inside an archive. data: its bytes."""

    path: str
    data: bytes


def rule_files(paths: Sequence[Path]) -> Iterator[RuleFile | RuleProblem]:
    """Every rule file under `paths`, in a stable order; what cannot be read comes as a problem."""
    total = count = 0
    for path in paths:
        for found in _under(path):
            if isinstance(found, RuleFile):
                total += len(found.data)
                count += 1
                if total > MAX_TOTAL or count > MAX_FILES:
                    yield RuleProblem(
                        str(path),
                        0,
                        "",
                        "more than {files} files or {total} bytes of rules",
                        values={"files": MAX_FILES, "total": MAX_TOTAL},
                    )
                    return
            yield found


def _under(path: Path) -> Iterator[RuleFile | RuleProblem]:
    try:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
                if file.suffix.lower() in SUFFIXES and not hidden and file.is_file():
                    yield _read(file)
        elif path.suffix.lower() == ".zip":
            yield from _archive(path)
        else:
            yield _read(path)
    except OSError as error:
        yield _unreadable(path, error)


def _read(file: Path) -> RuleFile | RuleProblem:
    try:
        with file.open("rb") as stream:
            return RuleFile(str(file), stream.read(MAX_BYTES + 1))
    except OSError as error:
        return _unreadable(file, error)


def _unreadable(path: Path, error: OSError) -> RuleProblem:
    return RuleProblem(
        str(path), 0, "", "cannot be read: {detail}", values=plain_values({"detail": error.strerror or error})
    )


def _archive(path: Path) -> Iterator[RuleFile | RuleProblem]:
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in sorted(archive.infolist(), key=lambda entry: entry.filename):
                if entry.is_dir() or not entry.filename.lower().endswith(SUFFIXES):
                    continue
                if any(part.startswith(".") for part in entry.filename.split("/")):
                    continue
                with archive.open(entry) as stream:
                    yield RuleFile(f"{path}/{entry.filename}", stream.read(MAX_BYTES + 1))
    except (zipfile.BadZipFile, RuntimeError, EOFError) as error:
        yield RuleProblem(
            str(path), 0, "", "not a readable zip archive: {detail}", values=plain_values({"detail": error})
        )
