"""The debug log of the Windows DNS server: one packet a line.

    5/1/2024 12:00:00 PM 0E3C PACKET  00000000028657F0 UDP Rcv 10.0.0.1        0002   Q [0001   D   NOERROR] A      (3)www(7)example(3)com(0)

Date and clock are in the server's own manner (day or month first, 12 or 24 hours). Names are length-prefixed labels.
Fields: date, clock, thread, protocol, direction (Rcv or Snd), remote_ip, xid, response (bool), opcode, flags, rcode,
record_type, query; of the server's other entries message.
"""

import re
from typing import Any

_LINE = re.compile(
    r"(\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}|\d{8}) (\d{1,2}[:.]\d\d[:.]\d\d(?:[ \u00a0\u202f]?(?:[AaPp]\.?[ \u00a0]?[Mm]\.?|SA|CH))?) ([0-9A-F]{3,8}) PACKET {1,4}"
    r"([0-9A-Fa-f]{8,16}) (UDP|TCP) (Rcv|Snd) ([0-9A-Fa-f.:]{2,45}) {1,24}([0-9a-f]{4})(?: (R)| )? {0,2} ([A-Z?]) "
    r"\[([0-9a-f]{4}) {1,8}((?:[A-Z]{1,2} {1,6}){0,3})([A-Z]{3,16})\] ([A-Z0-9]{1,12}) {1,12}((?:\(\d{1,2}\)[^(\n]{0,63}){1,128})"
)
_EVENT = re.compile(
    r"(\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}|\d{8}) (\d{1,2}[:.]\d\d[:.]\d\d(?:[ \u00a0\u202f]?(?:[AaPp]\.?[ \u00a0]?[Mm]\.?|SA|CH))?) "
    r"([0-9A-F]{3,8}) (?:EVENT|NOTE|DSPOLL|INIT|UPDATE|ASYNCREQ|LOOKUP|RECURSE|REMOTE|TOMBSTN|DSWRITE|DSEVENT|ONLINE|Note:) +(.{0,4096})"
)
_LABEL = re.compile(r"\(\d{1,2}\)([^(\n]{0,63})")
_HEAD = re.compile(rb"DNS Server log file creation|Message logging key \(for packets")
_EXPLAINS = (b"DNS Server log file", b"Message logging key", b"Log file wrap", b"\t")


def starts(head: bytes) -> bool:
    """The explanation that the server writes at the top of a new file."""
    return _HEAD.search(head[:4096]) is not None


def explains(line: bytes) -> bool:
    """Is this a line of that explanation, and no entry?"""
    return line.startswith(_EXPLAINS)


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one packet line; None if it is none."""
    if " PACKET " not in text[:64]:
        event = _EVENT.match(text)
        return (
            {"date": event[1], "clock": event[2], "thread": event[3], "message": event[4]} if event else None
        )
    match = _LINE.match(text)
    if not match:
        return None
    (
        date,
        clock,
        thread,
        _packet,
        protocol,
        direction,
        remote,
        xid,
        response,
        opcode,
        hexed,
        letters,
        rcode,
        kind,
        name,
    ) = match.groups()
    return {
        "date": date,
        "clock": clock,
        "thread": thread,
        "protocol": protocol.lower(),
        "direction": direction,
        "remote_ip": remote,
        "xid": xid,
        "response": response == "R",
        "opcode": opcode,
        "flags": "".join(letters.split()) or hexed,
        "rcode": rcode,
        "record_type": kind,
        "query": ".".join(part for label in _LABEL.findall(name) if (part := label.strip())) or ".",
    }
