"""The forwarder's memory: how far each file was sent. Written as a whole, synced, then renamed over the old one.

STATE/lock        held while the forwarder runs
STATE/places.json how far each followed file was sent
STATE/marks.json  places that have changed since: where entries end that were sent as far as they were written
STATE/drops.json  which whole files were sent, by the hash of their bytes
STATE/spool/      lines from standard input, and rests of files that were removed before all of it was sent
"""

import os
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec
import structlog

MAX_LEFT = 2000
MAX_DROPS = 100_000
_log = structlog.get_logger("keng.send.book")
T = TypeVar("T")


class Place(msgspec.Struct):
    """How far one followed file was sent.

    key: names the file in the ids of its records; given once, kept for ever.
    head, head_size: hash of the file's first bytes, up to 1024. tail, tail_size: of the last bytes before `offset`.
    offset: bytes that arrived at the centre. seen_size, changed_ns: of the file when it was last looked at.
    label: where the file was when it was met, before rotation renamed it.
    cut: an entry ends here, whatever follows: it was sent when no more of it was there.
    base: for the rest of a removed file in the spool: which offset its first byte had; columns: its header lines.
    """

    key: str
    path: str
    device: int
    inode: int
    head: str = ""
    head_size: int = 0
    tail: str = ""
    tail_size: int = 0
    offset: int = 0
    seen_size: int = 0
    changed_ns: int = 0
    seen_s: int = 0
    base: int = 0
    columns: str = ""
    label: str = ""
    cut: int = 0


class Places(msgspec.Struct):
    """All places by key. births: how many files were ever met. Sums over all runs: what was lost, and what refused.

    serial: counts the times that they were saved. left: first bytes (hash and how many) of files that are followed no more.
    """

    places: dict[str, Place] = msgspec.field(default_factory=dict)
    births: int = 0
    lost_bytes: int = 0
    dropped_lines: int = 0
    refused: int = 0
    sent: int = 0
    serial: int = 0
    left: dict[str, int] = msgspec.field(default_factory=dict)


class Marks(msgspec.Struct):
    """Places that changed since all of them were saved as number `serial`."""

    serial: int = 0
    places: dict[str, Place] = msgspec.field(default_factory=dict)


class Drop(msgspec.Struct):
    """A whole file: how many of its records arrived, and whether that is all. size, changed_ns: when it was read."""

    path: str
    device: int
    inode: int
    size: int
    done: bool = False
    index: int = 0
    key: str = ""
    changed_ns: int = 0


class Drops(msgspec.Struct):
    """Whole files by the hash of their bytes, in the order in which they were met."""

    drops: dict[str, Drop] = msgspec.field(default_factory=dict)


class Book:
    """Both memories of one state folder. save() is durable when it returns; raises OSError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spool = folder / "spool"
        self.spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.damaged = ""
        self.places = self._load("places.json", Places)
        self.drops = self._load("drops.json", Drops)
        self.changed = False
        self.drops_changed = False
        self._marks: dict[str, Place] = {}
        self._marked = False
        self._recall()
        self.urgent = False  # a file was given its key: to be saved before any of its records is sent

    def mark(self, place: Place) -> None:
        """An entry that may yet grow is about to be sent: save_marks() must come first."""
        self._marks[place.key] = place
        self._marked = self.changed = True

    def save_marks(self) -> None:
        """Write the places that were marked, which are few however many there are in all."""
        if self._marked:
            self._marked = False
            self._write("marks.json", msgspec.json.encode(Marks(self.places.serial, self._marks)))

    def leave(self, place: Place) -> None:
        """A file is not followed by its name any more: what is packed of it later is no news."""
        left = self.places.left
        if place.head:
            left.pop(place.head, None)
            left[place.head] = place.head_size
            self.changed = True
        for head in list(left)[: max(len(left) - MAX_LEFT, 0)]:
            del left[head]

    def knows(self, head: bytes) -> bool:
        """Was a file with these first bytes ever followed?"""
        places = self.places
        heads = {one.head: one.head_size for one in places.places.values() if one.head} | places.left
        hashes = {size: fingerprint(head[:size]) for size in set(heads.values()) if size <= len(head)}
        return any(hashes.get(size) == one for one, size in heads.items())

    def save(self) -> None:
        """Write what has changed."""
        self.urgent = False
        if self.changed:
            self.places.serial += 1
            self._write("places.json", msgspec.json.encode(self.places))
            self.changed = self._marked = False
            self._marks = {}
        if self.drops_changed:
            drops = self.drops.drops
            for key in list(drops)[: max(len(drops) - MAX_DROPS, 0)]:
                del drops[key]
            self._write("drops.json", msgspec.json.encode(self.drops))
            self.drops_changed = False

    def _recall(self) -> None:
        """Places that were marked after all were saved; others are of an earlier time."""
        marks = self._load("marks.json", Marks)
        if marks.serial == self.places.serial:
            known = self.places.places
            known.update((key, place) for key, place in marks.places.items() if key in known)

    def _load(self, name: str, kind: type[T]) -> T:
        path = self.folder / name
        try:
            return msgspec.json.decode(path.read_bytes(), type=kind)
        except FileNotFoundError:
            return kind()
        except msgspec.DecodeError as error:
            # Kept aside for whoever looks into it. What was sent before is sent again; the centre knows recent doubles.
            path.replace(path.with_suffix(".damaged"))
            self.damaged = f"{name}: {error}"
            _log.error("the forwarder's memory is damaged and starts anew", file=str(path), reason=str(error))
            return kind()

    def _write(self, name: str, data: bytes) -> None:
        write_durably(self.folder / name, data)


def fingerprint(data: bytes) -> str:
    """A hash of some bytes of a file."""
    return blake2b(data, digest_size=16).hexdigest()


def write_durably(path: Path, data: bytes) -> None:
    """The whole file or none: synced under another name, renamed, and the name synced, too."""
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
