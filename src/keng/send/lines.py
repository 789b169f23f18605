"""Cuts bytes of a growing text file into whole lines, in UTF-8 or UTF-16. Pure."""

from typing import NamedTuple

from keng.formats.text import encoding_of


class Text(NamedTuple):
    """How a file is written. encoding: "utf-8", "utf-16-le" or "utf-16-be"; mark: length of the byte order mark."""

    encoding: str
    mark: int

    @property
    def newline(self) -> bytes:
        """The end of a line in this encoding."""
        return "\n".encode(self.encoding)


def text_of(head: bytes) -> Text:
    """How the file with these first bytes is written."""
    return Text(*encoding_of(head))


def cut(data: bytes, text: Text) -> list[tuple[int, bytes]]:
    """Each whole line as UTF-8 without its end, with the place behind it. What follows the last end is left out."""
    lines: list[tuple[int, bytes]] = []
    place = 0
    if text.encoding == "utf-8":
        parts = data.split(b"\n")
        for line in parts[:-1]:
            place += len(line) + 1
            lines.append((place, line[:-1] if line[-1:] == b"\r" else line))
        return lines
    whole = data[: len(data) & ~1].decode(text.encoding, "surrogatepass").split("\n")
    for part in whole[:-1]:
        place += len(part.encode(text.encoding, "surrogatepass")) + 2
        lines.append((place, part.rstrip("\r").encode("utf-8", "replace")))
    return lines


def ends_at(data: bytes, text: Text) -> int:
    """The place behind the first line's end; 0 if no line ends here."""
    place = data.find(text.newline)
    while len(text.newline) == 2 and place % 2 == 1:
        place = data.find(text.newline, place + 1)
    return place + len(text.newline) if place >= 0 else 0
