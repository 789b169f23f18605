"""macOS' unified log as `log show` and `log stream` print it, in the default style and in the style "syslog".

    2026-11-24 10:11:12.123456+0700 0x1a2b  Default  0x0  77  0  sudo: (libpam.2.dylib) [com.apple.x:auth] message
    2026-11-24 10:11:12.123456+0700  localhost sshd[77]: (libsystem) [com.apple.x:auth] message

Fields: the names that the style "ndjson" has for the same.
"""

import re
from typing import Any

_STAMP = r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}[+-]\d{4})"
_SAID = r"(?:\(([^)\n]{1,128})\) )?(?:\[([^:\]\n]{1,128}):([^\]\n]{0,128})\] )?"
_DEFAULT = re.compile(
    rf"{_STAMP} +0x([0-9a-f]{{1,16}}) +(Default|Info|Debug|Error|Fault|Activity|Signpost|State\w{{0,16}}) +0x[0-9a-f]{{1,16}} +(\d{{1,10}}) +\d{{1,10}} +"
    rf"([^:\n]{{1,255}}): {_SAID}",
    re.ASCII,
)
_SYSLOG = re.compile(rf"{_STAMP} {{2,3}}(\S{{1,255}}) ([^\[\n]{{1,255}})\[(\d{{1,10}})\]: {_SAID}", re.ASCII)


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one line; None if it is something else."""
    if text[26:27] not in ("+", "-"):
        return None
    if match := _DEFAULT.match(text):
        stamp, thread, kind, pid, process, sender, subsystem, category = match.groups()
        found: dict[str, Any] = {"threadID": int(thread, 16), "messageType": kind}
    elif match := _SYSLOG.match(text):
        stamp, host, process, pid, sender, subsystem, category = match.groups()
        found = {} if host == "localhost" else {"@host": host}
    else:
        return None
    found |= {
        "timestamp": stamp, "processID": int(pid), "processImagePath": process, "senderImagePath": sender,
        "subsystem": subsystem, "category": category, "eventMessage": text[match.end() :],
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}
