"""A copy of the small files by which chDB finds its tables, so that damage to one of them does not cost the store.

An empty or unreadable table definition makes chDB refuse to open, or worse: take the table for removed. The definitions change
only when we make or upgrade tables; a copy is kept after that (`keng.notes`), and what differs from it at the next start is
put back, loudly. Layout: SHA-256 in hex, a line feed, a JSON object from paths to texts.
"""

import hashlib
import os
from pathlib import Path

import msgspec

FILE = "keng.notes"
MAX_BYTES = 1 << 20


def save(folder: Path) -> None:
    """Keep a copy. The tables are as this version wants them."""
    texts = {
        path: (folder / path).read_bytes().decode("utf-8", "surrogateescape") for path in _small_files(folder)
    }
    body = msgspec.json.encode(
        {path: text for path, text in texts.items() if _encodable(text)}, order="sorted"
    )
    growing = folder / (FILE + ".new")
    with growing.open("wb") as file:
        file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        file.flush()
        os.fsync(file.fileno())
    growing.replace(folder / FILE)


def forget(folder: Path) -> None:
    """The tables are going to be made or changed: what differs from now on is no damage."""
    (folder / FILE).unlink(missing_ok=True)


def mend(folder: Path) -> tuple[str, ...]:
    """Put back what differs from the copy, and tell which files. Nothing where there is no whole copy."""
    mended = []
    for path, text in _kept(folder).items():
        target = folder / path
        content = text.encode()
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            growing = target.with_name(target.name + ".new")
            growing.write_bytes(content)
            growing.replace(target)
            mended.append(path)
    return tuple(mended)


def differing(folder: Path) -> tuple[str, ...]:
    """Files that differ from the copy."""
    kept = _kept(folder).items()
    return tuple(
        [
            path
            for path, text in kept
            if not (folder / path).is_file() or (folder / path).read_bytes() != text.encode()
        ]
    )


def _kept(folder: Path) -> dict[str, str]:
    try:
        digest, _, body = (folder / FILE).read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return {}
        return msgspec.json.decode(body, type=dict[str, str])
    except (OSError, msgspec.MsgspecError):
        return {}


def _small_files(folder: Path) -> list[str]:
    """Definitions (metadata/…/*.sql) and the version of each table's folder; no parts."""
    found = [path for path in folder.glob("metadata/**/*.sql") if path.is_file() and not path.is_symlink()]
    found += folder.glob("store/*/*/*.sql")
    found += folder.glob("store/*/*/format_version.txt")
    return sorted(path.relative_to(folder).as_posix() for path in found if path.stat().st_size <= MAX_BYTES)


def _encodable(text: str) -> bool:
    return text.isprintable() or not any(0xDC80 <= ord(char) <= 0xDCFF for char in text)
