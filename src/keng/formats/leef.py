"""QRadar's Log Event Extended Format, versions 1 and 2, alone or after a syslog header.

    LEEF:1.0|Vendor|Product|Version|EventID|src=10.0.0.1<TAB>dst=…
    LEEF:2.0|Vendor|Product|Version|EventID|^|src=10.0.0.1^dst=…       delimiter: a character, or x5E, 0x5E

Some senders turn the tabs into blanks: a version 1 text without tabs is read like CEF's extension.
Fields: the attributes' own names, and the header under leef_version, vendor, product, product_version, event_id.
"""

import re
from typing import Any

from keng.formats.pairs import MAX_PAIRS, open_pairs

_HEADER = re.compile(
    r"LEEF: ?(\d\.\d)\|([^|\n]{0,1023})\|([^|\n]{0,1023})\|([^|\n]{0,1023})\|([^|\n]{0,1023})\|"
)
_DELIMITER = re.compile(r"(?:(?:0x|\\?x)([0-9A-Fa-f]{1,4})|([^|=\w\s]|\\t|\t)|)\|")
_PIPED = re.compile(r"[A-Za-z][\w.\-]{0,63}=[^|=\n]{0,512}\|[A-Za-z][\w.\-]{0,63}=")
_NAMES = ("leef_version", "vendor", "product", "product_version", "event_id")


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of a text that begins with "LEEF:"; None if it is none."""
    match = _HEADER.match(text)
    if not match:
        return None
    fields: dict[str, Any] = dict(zip(_NAMES, match.groups(), strict=True))
    place, delimiter = match.end(), "\t"
    if match[1][0] != "1" and (mark := _DELIMITER.match(text, place)):
        place = mark.end()
        if mark[1]:
            delimiter = chr(int(mark[1], 16)) if int(mark[1], 16) else "\t"
        elif mark[2] and mark[2] != "\\t":
            delimiter = mark[2]
    body = text[place:]
    if delimiter not in body and _PIPED.match(body):
        # Palo Alto's own examples separate with the header's own bar.
        delimiter = "|"
    pairs = _split(body, delimiter) if delimiter in body or delimiter != "\t" else open_pairs(body)
    for name, value in pairs.items():
        fields[name if name not in fields else f"ext.{name}"] = value
    return fields


def _split(body: str, delimiter: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for part in body.split(delimiter, MAX_PAIRS)[:MAX_PAIRS]:
        name, mark, value = part.partition("=")
        if mark and (name := name.strip()) and len(name) <= 128:
            pairs.setdefault(name, value.strip())
    return pairs
