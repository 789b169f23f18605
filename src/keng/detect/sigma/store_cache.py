"""Compiled things on disk: MessagePack behind a checksum, replaced in one step, never trusted blindly.

Layout: 8 bytes `KENGRUL1`, 32 bytes SHA-256 of what follows, then the MessagePack.
"""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import TypeVar

import msgspec

_MAGIC = b"KENGRUL1"
_MAX = 512 << 20
T = TypeVar("T")


def read_cache(path: Path, kind: type[T]) -> T | None:
    """What was stored, or None if it is absent, damaged or of another form."""
    try:
        with path.open("rb") as file:
            data = file.read(_MAX + 1)
    except OSError:
        return None
    body = data[40:]
    if data[:8] != _MAGIC or len(data) > _MAX or hashlib.sha256(body).digest() != data[8:40]:
        return None
    try:
        return msgspec.msgpack.decode(body, type=kind)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return None


def write_cache(path: Path, value: object) -> None:
    """Store `value`. A folder that cannot be written costs only the next start's time, so it is no error."""
    body = msgspec.msgpack.encode(value)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
        with os.fdopen(handle, "wb") as file:
            file.write(_MAGIC + hashlib.sha256(body).digest() + body)
        Path(name).replace(path)
    except OSError:
        return
