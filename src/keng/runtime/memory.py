"""What is stored with the pipeline's cursor: the detector's state, as msgpack in one zstd frame."""

from typing import Protocol

import msgspec
import structlog
import zstandard

MAX_BYTES = 1 << 30
_log = structlog.get_logger("keng.runtime.memory")


class Memory(msgspec.Struct, frozen=True, array_like=True):
    """The rules that a state belongs to (their content hash), and the detector's state under them."""

    rules: str
    detector: bytes


class Restorable(Protocol):
    """A detector, as far as it can take up a state."""

    def restore(self, state: bytes) -> None:
        """Raises ValueError if the bytes are none of its states."""
        ...


def pack(memory: Memory) -> bytes:
    """The bytes to store."""
    return zstandard.ZstdCompressor(level=1, write_checksum=True).compress(msgspec.msgpack.encode(memory))


def unpack(data: bytes) -> Memory | None:
    """The memory again; None, loudly, if the bytes are damaged."""
    try:
        if zstandard.frame_content_size(data) > MAX_BYTES:
            raise zstandard.ZstdError("the frame claims too much")
        return msgspec.msgpack.decode(zstandard.ZstdDecompressor().decompress(data), type=Memory)
    except (zstandard.ZstdError, msgspec.MsgspecError) as error:
        _log.error("the saved state of the correlations is damaged: they start anew", reason=str(error))
        return None


def restore(detector: Restorable, rules: str, memory: Memory | None) -> None:
    """Put an earlier state into a detector. It leaves out itself what belongs to rules that have changed."""
    if memory is None:
        return
    try:
        detector.restore(memory.detector)
    except ValueError as error:
        _log.warning("correlations start anew", reason=str(error), from_rules=memory.rules, to_rules=rules)
