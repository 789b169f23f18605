"""ArcSight's Common Event Format, alone or after a syslog header.

    CEF:0|Vendor|Product|Version|Event class id|Name|Severity|src=10.0.0.1 msg=text with blanks cs1Label=… cs1=…

In the header `\\|` and `\\\\` are escapes, in the extension `\\=`, `\\\\`, `\\n`, `\\r`. Fields: the extension's own
names, and the header under cef_version, vendor, product, product_version, event_class, name, severity.
"""

import re
from typing import Any

from keng.formats.pairs import open_pairs, unescape

_HEADER = re.compile(
    r"CEF: ?(\d{1,3})\|" + r"((?:[^|\\\n]|\\.){0,1023}+)\|" * 5 + r"((?:[^|\\\n]|\\.){0,64}+)(?:\||$)"
)
_NAMES = ("cef_version", "vendor", "product", "product_version", "event_class", "name", "severity")


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of a text that begins with "CEF:"; None if it is none."""
    match = _HEADER.match(text)
    if not match:
        return None
    fields: dict[str, Any] = {
        name: unescape(value.strip()) for name, value in zip(_NAMES, match.groups(), strict=True)
    }
    for name, value in open_pairs(text[match.end() :]).items():
        fields[name if name not in fields else f"ext.{name}"] = value
    return fields
