"""gzip and Zstandard as streams: bounded output a step, several members in a row, damage with its place.

What was unpacked before the damage has been given already. Bytes after the last member that are no member are
an error, zeros are padding.
"""

import zlib
from collections.abc import Callable

import zstandard

from keng.formats.base import Readable, StreamError
from keng.i18n import _
from keng.scan.budget import Budget

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
_INPUT = 64 << 10
_ZSTD_INPUT = 4 << 10  # a 4 KiB piece can unpack to 128 MiB at most
_OUTPUT = 1 << 20
_WINDOW = 128 << 20


class _GzipMember:
    """One gzip member. pending: input that waits because the last step's output was full."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)
        self.pending = b""
        self._damage: zlib.error | None = None

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, /) -> bytes:
        if self._damage is not None:
            raise self._damage
        before = self._inner.copy()
        try:
            out = self._inner.decompress(data, _OUTPUT)
        except zlib.error as damage:
            out, self._damage = _until_damage(before, data), damage
            if not out:
                raise
            return out
        self.pending = self._inner.unconsumed_tail
        return out


def _until_damage(inflater: "zlib._Decompress", data: bytes) -> bytes:
    """What comes out of a piece before the place where it is damaged (or of a member whose check sum is wrong)."""
    out = bytearray()
    try:
        for byte in data:
            out += inflater.decompress(bytes((byte,)))
            if len(out) > _OUTPUT:
                break
    except zlib.error:
        pass
    return bytes(out)


class _ZstdMember:
    """One Zstandard frame; takes every piece whole."""

    def __init__(self) -> None:
        self.pending = b""
        self._inner = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, /) -> bytes:
        return self._inner.decompress(data)


class Inflated:
    """What a compressed source unpacks to. `read` raises StreamError where it cannot go on."""

    def __init__(self, source: Readable, budget: Budget, kind: bytes) -> None:
        self._source = source
        self._budget = budget
        self._new: Callable[[], _GzipMember | _ZstdMember] = _GzipMember if kind == GZIP else _ZstdMember
        self._step = _INPUT if kind == GZIP else _ZSTD_INPUT
        self._name = "gzip" if kind == GZIP else "Zstandard"
        self._member: _GzipMember | _ZstdMember | None = self._new()
        self._input = b""
        self._ready = b""
        self._given = 0
        self._taken = 0

    def read(self, size: int, /) -> bytes:
        while self._given >= len(self._ready):
            self._given = 0
            self._ready = b""
            if not self._unpack():
                return b""
        taken = self._ready[self._given : self._given + size]
        self._given += len(taken)
        return taken

    def _unpack(self) -> bool:
        """One step; false at a clean end."""
        member = self._member
        if member is None:
            return self._next_member()
        piece, member.pending = member.pending, b""
        ended = False
        if not piece:
            piece = self._input or self._take()
            self._input = b""
            ended = not piece
        try:
            self._ready = member.decompress(piece)
        except (zlib.error, zstandard.ZstdError):
            raise StreamError(
                _("damaged {kind} stream: what came out before stays", kind=self._name), f"byte {self._taken}"
            ) from None
        self._budget.spend(len(self._ready))
        if member.eof:
            self._input = member.unused_data
            self._member = None
        elif ended and not self._ready:
            raise StreamError(_("the {kind} stream is cut short", kind=self._name), f"byte {self._taken}")
        return True

    def _next_member(self) -> bool:
        """Begin another member if bytes follow that are not padding."""
        while not (rest := self._input.lstrip(b"\0")):
            self._input = self._take()
            if not self._input:
                return False
        self._input = rest
        self._member = self._new()
        return True

    def _take(self) -> bytes:
        block = self._source.read(self._step)
        self._taken += len(block)
        return block
