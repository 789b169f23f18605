"""Undoes a body's Content-Encoding without ever holding more than the limit: a bomb is refused half-way."""

import zlib

import zstandard

from keng.i18n import _
from keng.model.rejected import Rejected

_WBITS = {"gzip": 31, "x-gzip": 31, "deflate": 47}
_STEP = 1024 * 1024
ENCODINGS = ("identity", "gzip", "deflate", "zstd")


class TooLarge(Rejected, frozen=True):
    """The body unpacks to more than the limit."""


def inflate(body: bytes, encoding: str, limit: int) -> bytes | Rejected:
    """The plain body, at most `limit` bytes. encoding: value of the header, "" for none.

    TooLarge beyond the limit, Rejected if truncated, damaged, or of an unknown encoding.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return body if len(body) <= limit else _too_large(limit)
    if name in _WBITS:
        return _inflate_zlib(body, _WBITS[name], limit)
    if name == "zstd":
        return _inflate_zstd(body, limit)
    return Rejected(
        _(
            "the Content-Encoding {name} is not known; send one of: {known}",
            name=name[:40],
            known=", ".join(ENCODINGS),
        )
    )


def _too_large(limit: int) -> TooLarge:
    return TooLarge(_("the request is larger than {limit} bytes; send smaller bulk requests", limit=limit))


def _inflate_zlib(body: bytes, wbits: int, limit: int) -> bytes | Rejected:
    parts: list[bytes] = []
    held = 0
    rest = body
    try:
        while rest:  # gzip allows several members, one after the other
            decoder = zlib.decompressobj(wbits)
            while not decoder.eof:
                part = decoder.decompress(rest, min(_STEP, limit - held + 1))
                rest = decoder.unconsumed_tail
                held += len(part)
                if held > limit:
                    return _too_large(limit)
                parts.append(part)
                if not part and not rest and not decoder.eof:
                    return Rejected(
                        _("the compressed body is truncated; send the request again"), f"byte {len(body)}"
                    )
            rest = decoder.unused_data
    except zlib.error as error:
        return Rejected(
            _("the compressed body is damaged: {error}", error=error), f"byte {len(body) - len(rest)}"
        )
    if not parts:
        return Rejected(_("the compressed body is truncated; send the request again"), "byte 0")
    return b"".join(parts)


def _inflate_zstd(body: bytes, limit: int) -> bytes | Rejected:
    parts: list[bytes] = []
    held = 0
    decoder = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
    try:
        # Small slices bound what one call can produce: the decoder has no limit of its own on its output.
        for start in range(0, len(body), 4096):
            part = decoder.decompress(body[start : start + 4096])
            held += len(part)
            if held > limit:
                return _too_large(limit)
            parts.append(part)
            if decoder.eof:
                break
    except zstandard.ZstdError as error:
        return Rejected(_("the compressed body is damaged: {error}", error=error))
    if not decoder.eof:
        return Rejected(_("the compressed body is truncated; send the request again"), f"byte {len(body)}")
    return b"".join(parts)
