"""Text encodings of an input: byte order marks, UTF-16 with or without one, and text that is not UTF-8."""

import codecs

from keng.formats.base import HEAD, Readable, StreamError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def encoding_of(head: bytes) -> tuple[str, int]:
    """Encoding by its mark or by where the zero bytes stand, and the length of the mark; "utf-8" if nothing tells."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, len(mark)
    # Logs begin with ASCII: two characters are enough to tell.
    first = [byte == 0 for byte in head[:4]]
    if first == [False, True, False, True]:
        return "utf-16-le", 0
    if first == [True, False, True, False]:
        return "utf-16-be", 0
    return "utf-8", 0


def utf8_head(head: bytes) -> bytes:
    """The head of an input as UTF-8 without its mark, for recognition."""
    encoding, skip = encoding_of(head)
    if encoding == "utf-8":
        return head[skip:]
    return head[skip:].decode(encoding, "ignore").encode("utf-8", "replace")[:HEAD]


class Utf8Source:
    """Reads a UTF-16 input as UTF-8; what cannot be decoded becomes U+FFFD."""

    def __init__(self, source: Readable, encoding: str) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ended = False

    def read(self, size: int, /) -> bytes:
        while not self._ended:
            block = self._source.read(size)
            self._ended = not block
            text = self._decoder.decode(block, final=self._ended)
            if text:
                return text.encode("utf-8", "replace")
        return b""


class Rewound:
    """An input whose head has been read already: gives the head again, then the rest."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int, /) -> bytes:
        if self._head:
            taken, self._head = self._head[:size], self._head[size:]
            return taken
        return self._rest.read(size)


def read_head(source: Readable) -> bytes:
    """The first HEAD bytes, or all of a shorter input, or what comes before a damage: whoever reads on meets that."""
    parts: list[bytes] = []
    missing = HEAD
    try:
        while missing > 0 and (block := source.read(missing)):
            parts.append(block)
            missing -= len(block)
    except StreamError:
        if not parts:
            raise
    return b"".join(parts)


def decode(raw: bytes) -> str:
    """UTF-8; if it is not, the bytes that are wrong become U+FFFD."""
    return raw.decode("utf-8", "replace")
