"""Microsoft SQL Server's error log, as it stands in the file ERRORLOG.

    2026-11-24 10:11:12.12 Logon       Error: 18456, Severity: 14, State: 8.
    2026-11-24 10:11:12.12 Logon       Login failed for user 'sa'. Reason: … [CLIENT: 198.51.100.7]
    2026-11-24 10:11:12.12 spid55      Configuration option 'xp_cmdshell' changed from 0 to 1. …

Fields: timestamp, process (Logon, Server, Backup, spid55), message; error, user, client, action, outcome where it says so.
"""

import re
from typing import Any

_LINE = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{2,3}) (spid\d{1,6}s?|Logon|Server|Backup|Restore|Agent|DAC|Default)(?: {1,11}|\t)(?=\S)",
    re.ASCII,
)
_LOGIN = re.compile(r"Login (failed|succeeded) for user '([^'\n]{0,256})'")
_CLIENT = re.compile(r"\[CLIENT: ([0-9A-Fa-f.:]{2,45})\]")
_ERROR = re.compile(r"Error: (\d{1,6}), Severity: (\d{1,3}), State: (\d{1,4})")


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one line; None if it is something else."""
    match = _LINE.match(text)
    if not match:
        return None
    message = text[match.end() :]
    fields: dict[str, Any] = {"timestamp": match[1], "process": match[2], "message": message}
    head = message[:4096]
    if login := _LOGIN.search(head):
        fields["action"] = "login"
        fields["outcome"] = "failure" if login[1] == "failed" else "success"
        if login[2]:
            fields["user"] = login[2]
    if client := _CLIENT.search(head):
        fields["client"] = client[1]
    if error := _ERROR.match(head):
        fields["error"], fields["level"] = int(error[1]), int(error[2])
    return fields
