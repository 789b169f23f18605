"""MySQL and MariaDB: server audit (CSV), general log, slow log, error log.

    <AUDIT_RECORD>…<NAME>Query</NAME>…<SQLTEXT>SELECT 1</SQLTEXT></AUDIT_RECORD>          Percona and MySQL audit in XML
    20240501 12:00:00,db-1,an,10.0.0.1,12,34,QUERY,shop,'SELECT 1',0                     MariaDB and Percona audit
    2024-05-01T12:00:00.123456Z<TAB>   12 Query<TAB>SELECT 1                             general log
    2024-05-01T12:00:00.123456Z 12 [Note] [MY-010926] [Server] Access denied for user 'an'@'10.0.0.1' (using password: YES)
    # Time: 2024-05-01T12:00:00.123456Z                                                  slow log, an entry of several lines
    # User@Host: an[an] @ app-1 [10.0.0.1]  Id:    12
    # Query_time: 12.5  Lock_time: 0.0 Rows_sent: 1  Rows_examined: 100000
    use shop; SET timestamp=1714564800; SELECT …

Fields: timestamp, server, user, client, connection, query_id, operation, database, statement, code, level, message,
outcome; of the slow log query_time, rows_sent, rows_examined. Statements are kept as they are: they are what the attack is seen in.
"""

import html
import re
from typing import Any

_AUDIT = re.compile(
    r"(\d{8} \d\d:\d\d:\d\d),([^,\n]{1,255}),([^,\n]{0,128}),([^,\n]{0,255}),(\d{1,20}),(\d{0,20}),"
    r"([A-Z_]{3,24}),([^,\n]{0,128}),(.*),(\d{0,10})(?:,[^,\n]{0,64})?",
    re.DOTALL,
)
# The same to syslog: the header has the time, and the server's name stands before a blank.
_AUDIT_SYSLOG = re.compile(
    r"()([\w.\-]{1,255}) ([^,\n]{0,128}),([^,\n]{0,255}),(\d{1,20}),(\d{0,20}),([A-Z_]{3,24}),([^,\n]{0,128}),(.*),(\d{0,10})$",
    re.DOTALL,
)
_XML_PART = re.compile(r"<([A-Z_]{2,40})>([^<]{0,262144})</|\b([A-Z_]{2,40})=\"([^\"]{0,262144})\"")
_XML_NAMES = {
    "TIMESTAMP": "timestamp", "NAME": "operation", "CONNECTION_ID": "connection", "STATUS": "code", "HOST": "host_name",
    "IP": "client", "DB": "database", "PRIV_USER": "privileged_user", "OS_LOGIN": "os_user", "COMMAND_CLASS": "command_class",
}  # fmt: skip
_GENERAL = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(?:Z|[+-]\d\d:\d\d)|\d{6} {1,2}\d{1,2}:\d\d:\d\d|\t)\s{1,16}(\d{1,20})[ \t]"
    r"(Connect|Query|Quit|Init DB|Prepare|Execute|Close stmt|Field List|Change user|Reset stmt|Shutdown|Statistics|Ping)"
    r"(?:\t|\s{2,8}|\s?$)(.*)",
    re.DOTALL,
)
_ERROR = re.compile(
    r"(\d{4}-\d\d-\d\d(?:T| {1,2})\d{1,2}:\d\d:\d\d(?:\.\d{6})?(?:Z|[+-]\d\d:\d\d)?|\d{6} {1,2}\d{1,2}:\d\d:\d\d) {1,4}(?:(\d{1,20}) )?\[(Note|Warning|ERROR|Error|System)\] (?:\[MY-\d{6}\] \[\w{2,32}\] )?(.*)",
    re.DOTALL,
)
# What the server writes at the top of its general and slow logs.
_STARTED = re.compile(
    r"(?:(?:/|[A-Z]:\\)[^,\n]{1,255}(?:mysqld|mariadbd)\S{0,32}, Version: |Tcp port: \d{1,5} {1,4}(?:Unix socket|Named Pipe): "
    r"|Time {1,32}Id Command {1,8}Argument)"
)
_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,9})?", re.ASCII)
_DENIED = re.compile(r"Access denied for user '([^'\n]{0,128})'@'([^'\n]{0,255})'")
_CONNECT = re.compile(r"([^@\s]{1,128})@(\S{1,255}) on (\S{0,128})")


_SLOW_USER = re.compile(
    r"# User@Host: ([^\[\n]{0,128})(?:\[[^\]\n]{0,128}\])? @ +(\S{0,255}) \[([^\]\n]{0,64})\](?: +Id: +(\d{1,20}))?"
)
_SLOW_TIME = re.compile(r"# Time: ([^\n]{1,40})")
_SLOW_PAIR = re.compile(r"\b(Query_time|Rows_sent|Rows_examined|Schema|Thread_id): (\S{1,64})")
_SLOW_NAMES = {
    "Query_time": "query_time", "Rows_sent": "rows_sent", "Rows_examined": "rows_examined", "Schema": "database",
    "Thread_id": "connection",
}  # fmt: skip
_USE = re.compile(r"use ([^;\n]{1,128});", re.IGNORECASE)
_SET_TIME = re.compile(r"SET timestamp=(\d{9,11})(?:\.\d{1,6})?;", re.IGNORECASE)


def _stamp(text: str) -> str:
    """Version 5 writes 240501  9:00:00, MariaDB 2024-05-01  9:00:00."""
    if text[6:7] == " ":
        return f"20{text[:2]}-{text[2:4]}-{text[4:6]} {text[7:].strip():0>8}"
    return f"{text[:10]} {text[11:].strip():0>8}" if text[10:12] == "  " else text


def _slow(text: str) -> dict[str, Any] | None:
    """An entry of the slow log; None if it is none."""
    comments: list[str] = []
    statements: list[str] = []
    for line in text.splitlines():
        (statements if statements or line[:1] != "#" else comments).append(line)
    head = "\n".join(comments)
    user, time = _SLOW_USER.search(head), _SLOW_TIME.search(head)
    if not user and not (time and "Query_time" in head):
        return None
    fields: dict[str, Any] = {"operation": "Slow query", "message": text}
    if time:
        fields["timestamp"] = _stamp(time[1].strip())
    if user:
        names = (("user", user[1].strip()), ("client", user[3] or user[2]), ("connection", user[4]))
        fields.update((name, value) for name, value in names if value)
    for name, value in _SLOW_PAIR.findall(head):
        fields.setdefault(
            _SLOW_NAMES[name], float(value) if name == "Query_time" and _NUMBER.fullmatch(value) else value
        )
    while statements and (
        own := _USE.fullmatch(statements[0].strip()) or _SET_TIME.fullmatch(statements[0].strip())
    ):
        fields["database" if own.re is _USE else "timestamp"] = own[1].strip("`")
        statements.pop(0)
    if statement := "\n".join(statements).strip():
        fields["statement"] = statement
    return fields


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one entry; None if it is none."""
    if text[:1] == "#":
        return _slow(text)
    if _STARTED.match(text):
        return {"operation": "Start", "message": text}
    if text[:13] == "<AUDIT_RECORD":
        return _xml(text)
    if match := _AUDIT.match(text):
        return _audit(match)
    if match := _AUDIT_SYSLOG.match(text):
        return _audit(match)
    if match := _GENERAL.match(text):
        operation, statement = match[3].strip(), match[4]
        fields: dict[str, Any] = {"connection": match[2], "operation": operation, "statement": statement}
        if match[1].strip():
            fields["timestamp"] = _stamp(match[1])
        if operation == "Connect" and (who := _CONNECT.match(statement)):
            fields["user"], fields["client"] = who[1], who[2]
            if who[3]:
                fields["database"] = who[3]
        _denied(statement, fields)
        return fields
    if match := _ERROR.match(text):
        fields = {"timestamp": _stamp(match[1]), "level": match[3].lower(), "message": match[4]}
        if match[2]:
            fields["connection"] = match[2]
        _denied(match[4], fields)
        return fields
    return None


def _xml(text: str) -> dict[str, Any]:
    """A record of the audit plugins in XML, with elements or with attributes."""
    found = {
        name or key: html.unescape(value or other) for name, value, key, other in _XML_PART.findall(text)
    }
    fields: dict[str, Any] = {ours: found[name] for name, ours in _XML_NAMES.items() if found.get(name)}
    if user := found.get("USER", "").partition("[")[0].strip():
        fields["user"] = user
    if statement := found.get("SQLTEXT"):
        fields["statement"] = statement
    if "client" not in fields and "host_name" in fields:
        fields["client"] = fields["host_name"]
    if fields.get("operation") == "Connect":
        fields["outcome"] = "success" if fields.get("code", "0") == "0" else "failure"
    return fields


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
