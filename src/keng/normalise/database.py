"""MySQL, MariaDB, PostgreSQL and SQL Server: Sigma's category database; server messages also product sql, category application."""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.clock import device_us
from keng.normalise.flatten import flatten
from keng.normalise.parts import Parts
from keng.normalise.verdict import renamed
from keng.normalise.when import epoch_us

_NAMES = (("user", "User"), ("client", "src_ip"), ("client_port", "src_port"))
_CATEGORIES = ("application", "database")
_SQL = LogSource("sql", "", _CATEGORIES)


def database_parts(own: dict[str, Any]) -> Parts:
    """One entry of a text log."""
    return Parts({**own, **renamed(own, _NAMES)}, _SQL, device_us(str(own.get("timestamp", ""))))


def mysql_audit_parts(record: dict[str, Any]) -> Parts:
    """One JSON audit record: Percona's `audit_record`, or MySQL Enterprise's."""
    inner = record.get("audit_record")
    fields = flatten(inner if isinstance(inner, dict) else record)
    host = fields.pop("@host", "") or ""
    statement = (
        fields.get("sqltext") or fields.get("general_data.query") or fields.get("table_access_data.query")
    )
    # Percona writes `name[name] @ host [address]`.
    user = (
        str(fields.get("user") or "").partition("[")[0]
        or fields.get("account.user")
        or fields.get("login.user")
    )
    for name, value in (
        ("statement", statement),
        ("User", user),
        ("src_ip", fields.get("ip") or fields.get("login.ip")),
    ):
        if value:
            fields[name] = value
    time = fields.get("timestamp")
    return Parts(fields, _SQL, device_us(time) if isinstance(time, str) else 0, str(host))


_AUDIT_NAMES = (
    ("server_principal_name", "User"), ("session_server_principal_name", "User"), ("user", "User"), ("client_ip", "src_ip"),
    ("client_ip_s", "src_ip"), ("ip", "src_ip"), ("statement", "statement"), ("query", "statement"),
    ("database_name", "database"), ("server_instance_name", "instance"),
)  # fmt: skip
_LOGINS = ("LGIS", "LGIF", "DBAS", "DBAF")


def database_audit_parts(record: dict[str, Any]) -> Parts:
    """One entry of SQL Server's audit, or of McAfee's audit plugin for MySQL."""
    fields = flatten(record)
    host = str(fields.pop("@host", "") or fields.get("host_name") or "")
    fields.update(renamed(fields, _AUDIT_NAMES))
    fields.pop("query", None)  # with everyone else a question to the DNS
    action = str(fields.get("action_id", "")).strip()
    if action in _LOGINS or fields.get("cmd") in ("Connect", "Failed Login"):
        failed = action[-1:] == "F" or str(fields.get("succeeded", "")).casefold() in ("false", "0")
        fields["outcome"] = "failure" if failed or fields.get("cmd") == "Failed Login" else "success"
    time = fields.get("event_time") or fields.get("date")
    return Parts(fields, _SQL, epoch_us(time) or device_us(str(time or "")), host)


_JSON_NAMES = (
    ("user", "User"), ("dbname", "database"), ("remote_host", "src_ip"), ("remote_port", "src_port"), ("error_severity", "level"),
)  # fmt: skip


def postgresql_json_parts(record: dict[str, Any]) -> Parts:
    """One entry of PostgreSQL's log in JSON."""
    fields = flatten(record)
    host = str(fields.pop("@host", "") or "")
    fields.update(renamed(fields, _JSON_NAMES))
    message = str(record.get("message", ""))[:4096]
    if "authentication failed" in message or "no pg_hba.conf entry" in message:
        fields["outcome"] = "failure"
    elif message.startswith("connection authorized:"):
        fields["outcome"] = "success"
    statement = record.get("statement") or (
        message.partition(": ")[2] if message.startswith("statement: ") else ""
    )
    if statement:
        fields["statement"] = statement
    return Parts(fields, _SQL, device_us(str(record.get("timestamp", ""))), host)
