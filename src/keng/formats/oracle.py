"""Oracle Database's audit trail in syslog, the old one and the unified one.

    Oracle Audit[1234]: LENGTH: "200" SESSIONID:[5] "12345" USERID:[2] "AN" ACTION:[3] "100" RETURNCODE:[1] "0" …
    Oracle Audit[1234]: LENGTH : '160' ACTION :[7] 'CONNECT' DATABASE USER:[1] '/' PRIVILEGE :[6] 'SYSDBA' STATUS:[1] '0'
    Oracle Unified Audit[1234]: LENGTH: '200' TYPE:"4" DBUSER:"AN" CURUSER:"AN" ACTION:"3" RETCODE:"0" SCHEMA:"HR" …

Fields: the record's own names with "_" for blanks; beside them user, statement, action, code, and outcome of a logon.
"""

import re
from typing import Any

_HEAD = re.compile(r"Oracle (?:Unified )?Audit\[(\d{1,10})\]: ")
_PAIR = re.compile(r"""([A-Z][A-Z0-9$ _]{1,31}?) ?:(?:\[\d{1,6}\])? ?(?:"([^"]*)"|'([^']*)')""")
_MAX_PAIRS = 128
_USERS = ("DBUSER", "USERID", "DATABASE_USER", "CURUSER")
_CODES = ("RETURNCODE", "RETCODE", "STATUS")
_LOGONS = ("100", "LOGON", "CONNECT")


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of a message; None if it is no audit record of Oracle."""
    match = _HEAD.match(text)
    if not match:
        return None
    fields: dict[str, Any] = {"process": match[1], "message": text}
    for number, pair in enumerate(_PAIR.finditer(text, match.end())):
        if number >= _MAX_PAIRS:
            break
        fields.setdefault(pair[1].strip().replace(" ", "_"), pair[2] if pair[2] is not None else pair[3])
    if user := next((fields[name] for name in _USERS if fields.get(name)), ""):
        fields["user"] = user
    action = str(fields.get("ACTION", ""))
    code = next((fields[name] for name in _CODES if fields.get(name)), "")
    if action.upper() in _LOGONS:
        fields["action"], fields["outcome"] = "login", "success" if code == "0" else "failure"
    elif " " in action:
        fields["statement"] = action
    if sql := fields.get("SQL_TEXT") or fields.get("SQLTEXT"):
        fields["statement"] = sql
    return fields
