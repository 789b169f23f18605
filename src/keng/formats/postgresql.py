"""PostgreSQL's log on stderr or syslog, and pgaudit inside it.

    2024-05-01 12:00:00.123 UTC [12] an@shop LOG:  statement: SELECT 1
    2024-05-01 12:00:00.123 +07 [12] FATAL:  password authentication failed for user "an"
    … LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.x,"SELECT …",<none>

Between the stamp and the level stands the server's own prefix: of it are read [pid], user@database and an address.
Fields: timestamp, pid, user, database, client, level, message, statement, audit_type, audit_class, operation,
object_type, object, outcome.
"""

import csv
import re
from typing import Any

_LEVELS = "DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|STATEMENT|DETAIL|HINT|CONTEXT|QUERY|LOCATION"
_LINE = re.compile(
    rf"(\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{{1,6}})? (?:[A-Z]{{3,5}}|[+-]\d\d(?::?\d\d(?![\d.]))?)|\d{{10}}\.\d{{3}}(?= )):? ?([^\n]{{0,256}}?)({_LEVELS}):  ?(.*)",
    re.DOTALL,
)
_MESSAGE = re.compile(rf"(?:\[\d{{1,10}}-\d{{1,6}}\] )?([^\n]{{0,256}}?)\b({_LEVELS}):  ?(.*)", re.DOTALL)
_PID = re.compile(r"\[(\d{1,10})\]")
_WHO = re.compile(r"([A-Za-z_][\w.\-$]{0,62})@([\w.\-$]{1,63}|\[unknown\])")
_ADDRESS = re.compile(r"\b((?:[0-9]{1,3}\.){3}[0-9]{1,3})(?:\(\d{1,5}\))?")
_STATEMENT = re.compile(
    r"(?:statement|execute [^:\n]{0,128}|parse [^:\n]{0,128}|duration: [\d.]{1,16} ms {1,2}(?:statement|execute [^:\n]{0,64})): (.*)",
    re.DOTALL,
)
_REFUSED = re.compile(
    r'(?:authentication failed for user|no pg_hba\.conf entry for (?:replication connection from )?host "([^"\n]{0,64})", user|role) "([^"\n]{0,128})"'
)
_CONNECTION = re.compile(r"connection received: host=([0-9A-Fa-f.:]{3,45})(?: port=(\d{1,5}))?")
_NAMED = re.compile(r"\b(user|db|database|client|host|app)=([^\s,]{1,128})")
_CSV = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [A-Z+\-0-9]{1,6},(?:\"[^\"\n]{0,128}\")?,(?:\"[^\"\n]{0,128}\")?,\d{0,10},"
)
_CSV_NAMES = (
    "timestamp", "user", "database", "pid", "connection", "session", "session_line", "command", "session_start",
    "virtual_transaction", "transaction", "level", "sql_state", "message", "detail", "hint", "internal_query",
    "internal_position", "context", "statement", "statement_position", "location", "application", "backend", "leader",
    "query_id",
)  # fmt: skip
_AUDIT_NAMES = (
    "audit_type",
    "audit_id",
    "audit_sub_id",
    "audit_class",
    "operation",
    "object_type",
    "object",
    "statement",
    "parameters",
)


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one line of a log file; None if it is none of PostgreSQL."""
    if _CSV.match(text):
        return _csv(text)
    match = _LINE.match(text)
    return _fields(match[2], match[3], match[4], {"timestamp": match[1]}) if match else None


def message_fields(message: str) -> dict[str, Any] | None:
    """The fields of a message of the syslog program "postgres"."""
    match = _MESSAGE.match(message)
    return _fields(match[1], match[2], match[3], {}) if match else None


def _fields(prefix: str, level: str, message: str, fields: dict[str, Any]) -> dict[str, Any]:
    for name, pattern in (("pid", _PID), ("client", _ADDRESS)):
        if found := pattern.search(prefix):
            fields[name] = found[1]
    if who := _WHO.search(prefix):
        fields["user"], fields["database"] = who[1], who[2]
    elif "=" in prefix:
        named = dict(_NAMED.findall(prefix))
        pairs = (("user", named.get("user")), ("database", named.get("db") or named.get("database")))
        fields.update((name, value) for name, value in pairs if value and value != "[unknown]")
    fields["level"], fields["message"] = level, message
    if message.startswith("AUDIT: "):
        _audit(message[7:], fields)
    elif level == "STATEMENT":
        fields["statement"] = message
    elif statement := _STATEMENT.match(message):
        fields["statement"] = statement[1]
    elif refused := _REFUSED.search(message[:1024]):
        fields["user"], fields["outcome"] = refused[2], "failure"
        if refused[1]:
            fields["client"] = refused[1]
    elif received := _CONNECTION.match(message):
        fields["client"] = received[1]
        if received[2]:
            fields["client_port"] = int(received[2])
    elif message.startswith("disconnection:"):
        ours = {"user": "user", "database": "database", "host": "client"}
        fields.update(
            (ours[name], value)
            for name, value in _NAMED.findall(message[:512])
            if name in ours and value != "[local]"
        )
    elif message.startswith("connection authorized:"):
        fields["outcome"] = "success"
        fields.update(re.findall(r"\b(user|database)=(\S{1,128})", message[:512]))
    return fields


def _csv(text: str) -> dict[str, Any] | None:
    """One line of the log in CSV."""
    try:
        columns = next(csv.reader([text.replace("\0", "").replace("\n", " ").replace("\r", " ")]))
    except (csv.Error, StopIteration):
        return None
    own = {name: value for name, value in zip(_CSV_NAMES, columns, strict=False) if value}
    connection = own.pop("connection", "")
    fields = _fields("", own.pop("level", "LOG"), own.pop("message", ""), {})
    fields = {**own, **fields} if "user" not in own else {**fields, **own}
    if connection and connection != "[local]":
        client, colon, port = connection.rpartition(":")
        fields["client"] = client if colon else connection
        if port.isdecimal() and len(port) < 6:
            fields["client_port"] = int(port)
    return fields


def _audit(text: str, fields: dict[str, Any]) -> None:
    try:
        columns = next(csv.reader([text.replace("\0", "").replace("\n", " ").replace("\r", " ")]))
    except (csv.Error, StopIteration):
        return
    fields.update(
        (name, value) for name, value in zip(_AUDIT_NAMES, columns, strict=False) if value and value[0] != "<"
    )
