"""Deliveries: one body that holds many records, as clouds send them. Split before each is journaled on its own.

{"Records": […]}   {"records": […]}        CloudTrail, Azure Event Hubs
{"kind": "EventList", …, "items": […]}     Kubernetes' audit webhook, Google's Reports API
{…, "value": […]}                          Microsoft Graph
{…, "logEvents": [{"id", "timestamp", "message"}]}  Amazon CloudWatch's subscriptions; the message is the record
[{…}, {…}]                                 arrays: Okta, Microsoft 365's management API
"""

import io
import re

from keng.formats.json_values import split_values
from keng.model.rejected import Rejected

_LOOKED_AT = 1024
# One comparison is all that an ordinary record costs.
_BEGINNINGS = (
    b'{"Records"', b'{"records"', b'{"kind"', b'{"@odata', b'{"items"', b'{"value"', b'{"messageType"', b"[", b"{ ", b"{\n", b"{\r",
)  # fmt: skip
_MEMBER = rb'\s*+"[^"\\]{0,128}+"\s*+:\s*+(?:"(?:[^"\\]|\\.){0,512}+"|\[[^\[\]{}]{0,512}+\]|\{[^{}\[\]]{0,512}+\}|[^"{}\[\],]{1,64}+)\s*+,'
_START = re.compile(
    rb"\s*+(?:\[\s*+\{|\{(?:"
    + _MEMBER
    + rb'){0,8}?\s*+"(?:Records|records|items|value|logEvents)"\s*+:\s*+\[\s*+\{)'
)


def split_delivery(raw: bytes) -> tuple[bytes, ...]:
    """The records in a body, each with its own exact text; `(raw,)` if it is no delivery, or a damaged one."""
    if not raw.startswith(_BEGINNINGS) or not _START.match(raw[:_LOOKED_AT]):
        return (raw,)
    found: list[bytes] = []
    for value in split_values(io.BytesIO(raw)):
        if isinstance(value, Rejected):
            return (raw,)
        found.append(value.text)
    return tuple(found) or (raw,)
