"""Reads as much of a syslog message as is needed to know who sent it. Pure.

    RFC 5424   <34>1 2026-11-03T01:02:03Z dc01 app 123 ID47 [keng@32473 token="keng_…"] message
    RFC 3164   <34>Nov  3 01:02:03 dc01 app[123]: message

The token may stand in any structured data element whose name begins with `keng`; it is blanked in what is kept.
"""

import re
from typing import NamedTuple

_RFC5424 = re.compile(rb"<\d{1,3}>\d{1,3} \S{1,64} (\S{1,255}) \S{1,128} \S{1,128} \S{1,64} (?=[\[-])")
_RFC3164 = re.compile(
    rb"(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{5,40}) ([^\s:\[]{1,255})(?= )"
)
_TOKEN = re.compile(rb'\[keng[^ \]"=]{0,60} token="([^"\\\]]{1,200})"\]?')
_HEAD = 4096  # the header and structured data are looked for in so many bytes


class SyslogHead(NamedTuple):
    """hostname and token: "" where the message has none. message: the bytes to keep, token blanked."""

    hostname: str
    token: str
    message: bytes


def read_head(message: bytes) -> SyslogHead:
    """Host name and token of a message."""
    head = message[:_HEAD]
    rfc5424 = _RFC5424.match(head)
    if rfc5424 is None:
        rfc3164 = _RFC3164.match(head)
        return SyslogHead(_text(rfc3164[1]) if rfc3164 else "", "", message)
    hostname = "" if rfc5424[1] == b"-" else _text(rfc5424[1])
    token = _TOKEN.search(head, rfc5424.end() - 1)
    if token is None:
        return SyslogHead(hostname, "", message)
    start, end = token.span(1)
    return SyslogHead(hostname, _text(token[1]), message[:start] + b"***" + message[end:])


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
