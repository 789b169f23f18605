"""Which text format do the lines of an input have: told by reading its first entries, one after another."""

from collections import Counter
from functools import lru_cache

from keng.formats import dhcpd, windows_dns
from keng.formats.record import parse_line
from keng.formats.w3c_extended import NAME as W3C
from keng.model.multiline import joined
from keng.model.record import Record

_LINES = 20
_LINE = 16_384


@lru_cache(maxsize=8)
def format_of(head: bytes) -> str:
    """The commonest format, if at least half of the entries in the first lines are known; else "". Lines are cut at 16 KiB."""
    if windows_dns.starts(head):
        return "windows_dns"
    if dhcpd.starts(head):
        return "dhcpd"
    found: Counter[str] = Counter()
    lines = [line for line in head.split(b"\n", 4 * _LINES)[: 4 * _LINES] if line.strip()]
    # The last line of a head may be cut.
    lines = lines[:_LINES] if head.endswith(b"\n") or len(lines) <= 1 else lines[:-1][:_LINES]
    hint = ""
    entries = 0
    for number, line in joined((number, line.rstrip(b"\r")) for number, line in enumerate(lines, 1)):
        entries += 1
        item = parse_line(line[:_LINE], number, hint) if isinstance(line, bytes) else line
        if isinstance(item, Record):
            hint = item.format
            found[hint.partition(" ")[0]] += 1
    if not found:
        return ""
    name = found.most_common(1)[0][0]
    return name if sum(found.values()) * 2 >= entries or name == W3C else ""
