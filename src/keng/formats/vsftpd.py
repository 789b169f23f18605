"""vsftpd's own log file, and the same as the message of the syslog program "vsftpd".

    Wed May  1 12:00:00 2024 [pid 7] [an] OK LOGIN: Client "10.0.0.9"
    Wed May  1 12:00:00 2024 [pid 7] CONNECT: Client "10.0.0.9", "Connection refused: too many sessions for this address."
    Wed May  1 12:00:00 2024 [pid 7] [an] OK UPLOAD: Client "10.0.0.9", "/a.txt", 12 bytes, 1.00Kbyte/sec

Fields: timestamp, pid, user, action, outcome, src_ip, path, message.
"""

import re
from typing import Any

_STAMP = re.compile(r"([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}) (?=\[pid \d)")
_ENTRY = re.compile(
    r"(?:\[pid (\d{1,10})\] )?(?:\[([^\]\n]{1,128})\] )?(?:(OK|FAIL) )?([A-Z][A-Z ]{2,24}|FTP command|FTP response|DEBUG): "
    r'Client "(?:::ffff:)?([0-9A-Fa-f.:]{2,45})"'
)
_PATH = re.compile(r', "([^"\n]{1,4096})"')
_FILES = ("UPLOAD", "DOWNLOAD", "DELETE", "RENAME", "MKDIR", "RMDIR", "CHMOD")


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one line of the file; None if it is none of vsftpd."""
    stamp = _STAMP.match(text)
    if not stamp:
        return None
    fields = message_fields(text[stamp.end() :])
    return None if fields is None else {"timestamp": stamp[1], **fields}


def message_fields(message: str) -> dict[str, Any] | None:
    """The fields of a message; None if it names no client."""
    match = _ENTRY.match(message[:1024])
    if not match:
        return None
    pid, user, result, action, address = match.groups()
    fields: dict[str, Any] = {"action": action.lower(), "src_ip": address, "message": message}
    if pid:
        fields["pid"] = pid
    if user:
        fields["user"] = user
    if result:
        fields["outcome"] = "success" if result == "OK" else "failure"
    if action in _FILES and (path := _PATH.match(message, match.end())):
        fields["path"] = path[1]
    return fields
