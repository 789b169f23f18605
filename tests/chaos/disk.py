"""A disk that loses power. It is fed the system calls of a real process, and can be cut after any of them.

What survives a cut: of a file, what was synced, and of the writes since then any choice (each whole, gone, or torn at
a sector of 512 bytes); of a folder, the entries there were at its last fsync, and of the changes since then any
choice. That is stricter than most file systems, and what POSIX allows.
"""

import random
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from tests.chaos.tracing import Call, decoded

SECTOR = 512
_FD = re.compile(r"^(?:AT_FDCWD|-?\d+)<((?:\\x[0-9a-f]{2})*)>(?:\(deleted\))?$")


class File:
    """durable: bytes that are safe. pending: what was done since: (offset, bytes), or (length, None) for a truncation."""

    def __init__(self) -> None:
        self.durable = bytearray()
        self.pending: list[tuple[int, bytes | None]] = []

    def sync(self) -> None:
        for change in self.pending:
            _apply(self.durable, change)
        self.pending.clear()

    def survivor(self, chance: random.Random) -> bytes:
        data = bytearray(self.durable)
        mode = chance.choice(("none", "all", "some", "some", "prefix"))
        last = chance.randrange(len(self.pending) + 1)
        for n, change in enumerate(self.pending):
            kept = {"none": False, "all": True, "some": chance.random() < 0.5, "prefix": n < last}[mode]
            offset, written = change
            if kept and written is not None and mode != "all" and chance.random() < 0.3:
                sectors = [written[at : at + SECTOR] for at in range(0, len(written), SECTOR)]
                for number, sector in enumerate(sectors):
                    if chance.random() < 0.5:
                        _apply(data, (offset + number * SECTOR, sector))
            elif kept:
                _apply(data, change)
        return bytes(data)


class Link(NamedTuple):
    """A symbolic link."""

    target: str


Node = File | Link | None
"""What a name stands for; None: a folder."""


class Disk:
    """The part of a disk below `root`. apply() takes calls; cut() writes what would be left into another folder."""

    def __init__(self, root: Path) -> None:
        self._root = PurePosixPath(root)
        self._now: dict[PurePosixPath, Node] = {self._root: None}
        self._safe: dict[PurePosixPath, Node] = {self._root: None}
        self._changes: dict[PurePosixPath, list[tuple[PurePosixPath, Node | str]]] = {}
        self._places: dict[str, int] = {}  # of descriptors that write without naming an offset
        self.written: list[bytes] = []  # to standard output

    def apply(self, call: Call) -> None:
        """Take one call into account."""
        handler = getattr(self, f"_{call.name}", None)
        if handler is not None:
            handler(call)

    def cut(self, chance: random.Random, into: Path) -> None:
        """Write what survives a loss of power now."""
        names = dict(self._safe)
        for changes in self._changes.values():
            kept = chance.choice((0, len(changes), chance.randrange(len(changes) + 1)))
            for name, what in changes[:kept]:
                _change(names, name, what)
        folders = set()
        for name in sorted(names):
            file, place = names[name], into / name.relative_to(self._root)
            if name != self._root and name.parent not in folders:
                continue  # its folder is gone
            if file is None:
                place.mkdir(exist_ok=True)
                folders.add(name)
            elif isinstance(file, Link):
                place.symlink_to(file.target)
            else:
                place.write_bytes(file.survivor(chance))

    # -- files ------------------------------------------------------------------------------------

    def _openat(self, call: Call) -> None:
        name = self._named(call.arguments)
        if name is None:
            return
        descriptor = str(call.result)
        self._places[descriptor] = 0
        file = self._file_at(name)
        if file is None and "O_CREAT" in call.arguments and name not in self._now:
            self._enter(name, File())
        elif file is not None and "O_TRUNC" in call.arguments:
            file.pending.append((0, None))
        if file is not None and "O_APPEND" in call.arguments:
            self._places[descriptor] = len(_content(file))

    def _pwrite64(self, call: Call) -> None:
        descriptor, rest = call.arguments.split(", ", 1)
        file = self._file(descriptor)
        text, _length, offset = rest.rsplit(", ", 2)
        if file is not None:
            file.pending.append((int(offset), decoded(text.strip('"'))[: call.result]))

    def _write(self, call: Call) -> None:
        descriptor, rest = call.arguments.split(", ", 1)
        data = decoded(rest.rsplit(", ", 1)[0].strip('"'))[: call.result]
        number = descriptor.partition("<")[0]
        file = self._file(descriptor)
        if file is not None:
            place = self._places.get(number, 0)
            file.pending.append((place, data))
            self._places[number] = place + len(data)
        elif number == "1":
            self.written.append(data)

    def _lseek(self, call: Call) -> None:
        self._places[call.arguments.partition("<")[0]] = call.result

    def _ftruncate(self, call: Call) -> None:
        descriptor, length = call.arguments.split(", ")
        file = self._file(descriptor)
        if file is not None:
            file.pending.append((int(length), None))

    def _fsync(self, call: Call) -> None:
        name = self._of_descriptor(call.arguments)
        if name is None or name not in self._now:
            return
        file = self._file_at(name)
        if file is not None:
            file.sync()
            return
        for changed, what in self._changes.pop(name, ()):
            _change(self._safe, changed, what)

    _fdatasync = _fsync

    def _unwatched(self, call: Call) -> None:
        if str(self._root) in decoded_paths(call.arguments):
            raise AssertionError(f"the model does not know {call.name}({call.arguments[:200]})")

    _writev = _pwritev = _pwritev2 = _copy_file_range = _sendfile = _link = _linkat = _truncate = _unwatched

    # -- names ------------------------------------------------------------------------------------

    def _mkdir(self, call: Call) -> None:
        name = self._named(call.arguments)
        if name is not None:
            self._enter(name, None)

    _mkdirat = _mkdir

    def _symlink(self, call: Call) -> None:
        target, name = _strings(call.arguments)
        if self._root in PurePosixPath(name).parents:
            self._enter(PurePosixPath(name), Link(target))

    def _symlinkat(self, call: Call) -> None:
        target, rest = call.arguments.split(", ", 1)
        name = self._named(rest)
        if name is not None:
            self._enter(name, Link(_strings(target)[0]))

    def _unlink(self, call: Call) -> None:
        name = self._named(call.arguments)
        if name is not None and name in self._now:
            del self._now[name]
            self._changes.setdefault(name.parent, []).append((name, "gone"))

    _unlinkat = _rmdir = _unlink

    def _rename(self, call: Call) -> None:
        found = [PurePosixPath(one) for one in _strings(call.arguments)]
        if len(found) != 2 or self._root not in found[0].parents:
            return
        old, new = found
        moved = [name for name in self._now if name == old or old in name.parents]
        for name in moved:
            target = new / name.relative_to(old)
            self._now[target] = self._now.pop(name)
        for folder in [one for one in self._changes if one == old or old in one.parents]:
            entries = self._changes.pop(folder)
            self._changes[new / folder.relative_to(old)] = [
                (new / name.relative_to(old), what) for name, what in entries
            ]
        # Both sides are one change, as journaling file systems make it; it is safe with the new name's folder.
        self._changes.setdefault(new.parent, []).append((new, f"from {old}"))

    _renameat = _renameat2 = _rename

    def _enter(self, name: PurePosixPath, what: Node) -> None:
        self._now[name] = what
        self._changes.setdefault(name.parent, []).append((name, what))

    # -- reading strace ---------------------------------------------------------------------------

    def _named(self, arguments: str) -> PurePosixPath | None:
        """The path of a call like openat(dir<…>, "name", …), if it lies below the root."""
        first = arguments.split(", ", 1)[0]
        texts = _strings(arguments)
        if not texts:
            return None
        folder = self._of_descriptor(first) if first[0] != '"' else None
        name = (folder or PurePosixPath("/")) / texts[0]
        return name if self._root in name.parents else None

    def _file(self, descriptor: str) -> File | None:
        name = self._of_descriptor(descriptor)
        return self._file_at(name) if name is not None else None

    def _file_at(self, name: PurePosixPath) -> File | None:
        found = self._now.get(name)
        return found if isinstance(found, File) else None

    def _of_descriptor(self, text: str) -> PurePosixPath | None:
        found = _FD.match(text)
        return PurePosixPath(decoded(found[1]).decode()) if found else None


def decoded_paths(arguments: str) -> str:
    """All paths and names of a call, readable."""
    return " ".join(
        [
            *_strings(arguments),
            *(decoded(x).decode() for x in re.findall(r"<((?:\\x[0-9a-f]{2})+)>", arguments)),
        ]
    )


def run(disk: Disk, calls: Iterable[Call]) -> None:
    """Apply all."""
    for call in calls:
        disk.apply(call)


def _strings(arguments: str) -> list[str]:
    return [
        decoded(text).decode(errors="replace") for text in re.findall(r'"((?:\\x[0-9a-f]{2})*)"', arguments)
    ]


def _content(file: File) -> bytes:
    data = bytearray(file.durable)
    for change in file.pending:
        _apply(data, change)
    return bytes(data)


def _apply(data: bytearray, change: tuple[int, bytes | None]) -> None:
    offset, written = change
    if written is None:
        del data[offset:]
        data.extend(bytes(offset - len(data)))
        return
    if len(data) < offset:
        data.extend(bytes(offset - len(data)))
    data[offset : offset + len(written)] = written


def _change(names: dict[PurePosixPath, Node], name: PurePosixPath, what: Node | str) -> None:
    if what == "gone":
        names.pop(name, None)
    elif isinstance(what, str):
        old = PurePosixPath(what.removeprefix("from "))
        for inside in [one for one in names if one == old or old in one.parents]:
            names[name / inside.relative_to(old)] = names.pop(inside)
    else:
        names[name] = what
