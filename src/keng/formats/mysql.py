"""MySQL and MariaDB: server audit (CSV), general log, error log.

    20240501 12:00:00,db-1,an,10.0.0.1,12,34,QUERY,shop,'SELECT 1',0                     MariaDB and Percona audit
    2024-05-01T12:00:00.123456Z<TAB>   12 Query<TAB>SELECT 1                             general log
    2024-05-01T12:00:00.123456Z 12 [Note] [MY-010926] [Server] Access denied for user 'an'@'10.0.0.1' (using password: YES)

Fields: timestamp, server, user, client, connection, query_id, operation, database, statement, code, level, message,
outcome. Statements are kept as they are: they are what the attack is seen in.
"""

import re
from typing import Any

_AUDIT = re.compile(
    r"(\d{8} \d\d:\d\d:\d\d),([^,\n]{1,255}),([^,\n]{0,128}),([^,\n]{0,255}),(\d{1,20}),(\d{0,20}),"
    r"([A-Z_]{3,24}),([^,\n]{0,128}),(.*),(\d{0,10})(?:,[^,\n]{0,64})?",
    re.DOTALL,
)
_GENERAL = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(?:Z|[+-]\d\d:\d\d)|\d{6} {1,2}\d{1,2}:\d\d:\d\d)\s{1,16}(\d{1,20})[ \t]"
    r"(Connect|Query|Quit|Init DB|Prepare|Execute|Close stmt|Field List|Change user|Reset stmt|Shutdown|Statistics|Ping)"
    r"(?:\t|\s{2,8}|\s?$)(.*)",
    re.DOTALL,
)
_ERROR = re.compile(
    r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{6})?(?:Z|[+-]\d\d:\d\d)?) {1,4}(\d{1,20}) \[(Note|Warning|ERROR|Error|System)\] (?:\[MY-\d{6}\] \[\w{2,32}\] )?(.*)",
    re.DOTALL,
)
_DENIED = re.compile(r"Access denied for user '([^'\n]{0,128})'@'([^'\n]{0,255})'")
_CONNECT = re.compile(r"([^@\s]{1,128})@(\S{1,255}) on (\S{0,128})")


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one entry; None if it is none."""
    if match := _AUDIT.match(text):
        return _audit(match)
    if match := _GENERAL.match(text):
        operation, statement = match[3].strip(), match[4]
        stamp = match[1]
        if stamp[6:7] == " ":
            # Version 5: 240501  9:00:00
            stamp = f"20{stamp[:2]}-{stamp[2:4]}-{stamp[4:6]} {stamp[7:].strip():0>8}"
        fields: dict[str, Any] = {
            "timestamp": stamp,
            "connection": match[2],
            "operation": operation,
            "statement": statement,
        }
        if operation == "Connect" and (who := _CONNECT.match(statement)):
            fields["user"], fields["client"] = who[1], who[2]
            if who[3]:
                fields["database"] = who[3]
        _denied(statement, fields)
        return fields
    if match := _ERROR.match(text):
        fields = {
            "timestamp": match[1],
            "connection": match[2],
            "level": match[3].lower(),
            "message": match[4],
        }
        _denied(match[4], fields)
        return fields
    return None


def _audit(match: re.Match[str]) -> dict[str, Any]:
    names = (
        "timestamp",
        "server",
        "user",
        "client",
        "connection",
        "query_id",
        "operation",
        "database",
        "statement",
        "code",
    )
    fields: dict[str, Any] = {name: value for name, value in zip(names, match.groups(), strict=True) if value}
    statement = str(fields.get("statement", ""))
    if len(statement) >= 2 and statement[0] == statement[-1] == "'":
        fields["statement"] = statement[1:-1].replace("\\'", "'")
    if fields["operation"] in ("CONNECT", "FAILED_CONNECT"):
        fields["outcome"] = (
            "success" if fields["operation"] == "CONNECT" and fields.get("code", "0") == "0" else "failure"
        )
    return fields


def _denied(text: str, fields: dict[str, Any]) -> None:
    if denied := _DENIED.search(text[:2048]):
        fields.update(user=denied[1], client=denied[2], outcome="failure")
