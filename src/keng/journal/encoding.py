"""How a batch lies on disk: msgpack (array of the fields of `Batch`, in order), then one zstd frame.

The frame carries its content size and a checksum, so that a flipped bit is noticed and a decoder never
allocates more than it says; what claims more than `MAX_BATCH_BYTES` is refused unread.
"""

import threading

import msgspec
import zstandard

from keng.model.batch import Batch

MAX_BATCH_BYTES = 512 * 1024 * 1024
_LEVEL = 1

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Batch)
_local = threading.local()  # zstd contexts are not to be shared between threads


class DamagedEntryError(Exception):
    """The bytes of a stored batch are not what was written."""


def pack(batch: Batch) -> tuple[bytes, int]:
    """The bytes to store, and how many bytes they stand for when unpacked."""
    compressor = getattr(_local, "compressor", None)
    if compressor is None:
        compressor = _local.compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
    plain = _encoder.encode(batch)
    return compressor.compress(plain), len(plain)


def unpack(data: bytes) -> Batch:
    """The batch again. Raises DamagedEntryError."""
    decompressor = getattr(_local, "decompressor", None)
    if decompressor is None:
        decompressor = _local.decompressor = zstandard.ZstdDecompressor()
    if not isinstance(data, bytes):  # a damaged file's row may hold anything
        raise DamagedEntryError(f"no bytes but {type(data).__name__}")
    try:
        size = zstandard.frame_content_size(data)
        if not 0 <= size <= MAX_BATCH_BYTES:
            raise DamagedEntryError(f"the frame claims {size} bytes")
        return _decoder.decode(decompressor.decompress(data))
    except (zstandard.ZstdError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise DamagedEntryError(str(error)) from error
