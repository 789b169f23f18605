"""Which format an input is in, by its content; and its records.

The name of a file never decides. An input is recognised by its first 64 KiB; text in UTF-16 and byte order
marks are understood. Where a text file begins with lines that are damaged, one good line later in the head is
enough for JSON.
"""

from collections.abc import Iterator

from keng.formats import json_records, majority
from keng.formats.base import Item, Passed, Readable, Sieve, StreamError, rejected
from keng.formats.record import parse_record
from keng.formats.registry import BINARY, BY_NAME, FORMATS
from keng.formats.text import Rewound, Utf8Source, encoding_of, read_head, utf8_head
from keng.i18n import _

__all__ = ["parse_record", "read_file", "recognise", "sift_file"]


def recognise(head: bytes, name: str = "") -> str | None:
    """Name of the format in the registry, or None. `head`: the first bytes, at most 64 KiB are looked at."""
    for binary in BINARY:
        if BY_NAME[binary].recognises(head):
            return binary
    text = utf8_head(head)
    for each in FORMATS:
        if each.name not in BINARY and each.recognises(text):
            return each.name
    if mixed := majority.format_of(text):
        # Lines of many kinds: they are read one by one.
        return mixed if mixed in BY_NAME and mixed != "json" else "syslog"
    for line in text.split(b"\n")[1:200]:
        if line[:1] == b"{" and json_records.whole(line.strip()):
            return "json"
    return None


def read_file(source: Readable, name: str = "") -> Iterator[Item]:
    """Each record of an input, each damage as a `Rejected`; one `Rejected` if it is no log that we know.

    Memory: one record and one block, whatever the input's size. Never raises for what the input holds.
    """
    for item in sift_file(source, name):
        assert not isinstance(item, Passed)
        yield item


def sift_file(source: Readable, name: str = "", sieve: Sieve | None = None) -> Iterator[Item | Passed]:
    """The same without those entries that the sieve does not want, where the format can leave them out unread.

    Memory: one record and one block, whatever the input's size. Never raises for what the input holds.
    """
    try:
        head = read_head(source)
        if not head:
            yield rejected(_("the file is empty"), "byte 0")
            return
        found = recognise(head, name)
        if found is None:
            yield rejected(_("no known log format; skipped"), "byte 0", head)
            return
        whole: Readable = Rewound(head, source)
        encoding, mark = encoding_of(head) if found not in BINARY else ("utf-8", 0)
        if mark:
            whole.read(mark)
        if encoding != "utf-8":
            whole = Utf8Source(whole, encoding)
        format_ = BY_NAME[found]
        if sieve is not None and format_.sifted is not None:
            yield from format_.sifted(whole, sieve)
        else:
            yield from format_.read(whole)
    except StreamError as damage:
        yield rejected(str(damage), damage.position)
