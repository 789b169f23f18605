"""macOS: the Endpoint Security framework's events as `eslogger` writes them, and the unified log as `log stream` does.

exec                                process_creation: Image, CommandLine, ParentImage (what ran before the exec: the shell
                                    that forked), CurrentDirectory, User (its number), ProcessId, ParentProcessId, Hashes
create, rename, write, close, …     file_event: TargetFilename, Image (close only where the file was changed)
unified log                         no category: message, Image, ProcessId, subsystem, category
ESF has no OriginalFileName; rules that need one are blind here.
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.flatten import flatten
from keng.normalise.logons import add_logon
from keng.normalise.nested import at, text_at
from keng.normalise.parts import Parts
from keng.normalise.when import iso_us

_PROCESS = LogSource("macos", "", ("process_creation",))
_FILE = LogSource("macos", "", ("file_event",))
_OTHER = LogSource("macos")
_LOGONS = frozenset(("sshd", "sshd-session", "sudo", "su", "login"))
_MAX_ARGUMENTS = 1024
_CHANGES = {
    "create": "destination.existing_file.path", "write": "target.path", "rename": "destination.existing_file.path",
    "clone": "", "copyfile": "target_file.path", "link": "", "truncate": "target.path", "close": "target.path",
}  # fmt: skip


def esf_parts(record: dict[str, Any]) -> Parts:
    """One event of Endpoint Security."""
    fields = flatten(record)
    host = str(fields.pop("@host", "") or "")
    event = record["event"] if isinstance(record.get("event"), dict) else {}
    kind = next(iter(event), "")
    body = event.get(kind)
    source = _OTHER
    if isinstance(body, dict):
        if kind == "exec":
            _exec(record, body, fields)
            source = _PROCESS
        elif (
            kind in _CHANGES
            and (kind != "close" or body.get("modified") is True)
            and (path := _changed(kind, body))
        ):
            fields["TargetFilename"] = path
            source = _FILE
    if source is not _PROCESS:
        _actor(record, fields)
    fields["event_name"] = kind
    return Parts(fields, source, iso_us(text_at(record, "time")), host)


def _exec(record: dict[str, Any], body: dict[str, Any], fields: dict[str, Any]) -> None:
    arguments = body.get("args")
    target = body.get("target")
    texts = (
        ("Image", text_at(target, "executable.path")),
        (
            "CommandLine",
            " ".join(str(one) for one in arguments[:_MAX_ARGUMENTS]) if isinstance(arguments, list) else "",
        ),
        ("CurrentDirectory", text_at(body, "cwd.path")),
        ("ParentImage", text_at(record, "process.executable.path")),
        ("ProcessId", at(target, "audit_token.pid")),
        ("ParentProcessId", at(target, "ppid")),
        ("User", text_at(target, "audit_token.euid")),
        ("Signature", text_at(target, "signing_id")),
    )
    fields.update((name, value) for name, value in texts if value not in (None, ""))


def _changed(kind: str, body: dict[str, Any]) -> str:
    if path := (text_at(body, _CHANGES[kind]) if _CHANGES[kind] else ""):
        return path
    for folder, name in (
        ("destination.new_path.dir.path", "destination.new_path.filename"),
        ("target_dir.path", "target_name"),
        ("target_dir.path", "target_filename"),
    ):
        if file := text_at(body, name):
            return f"{text_at(body, folder).rstrip('/')}/{file}"
    return ""


def _actor(record: dict[str, Any], fields: dict[str, Any]) -> None:
    texts = (
        ("Image", text_at(record, "process.executable.path")),
        ("ProcessId", at(record, "process.audit_token.pid")),
        ("ParentProcessId", at(record, "process.ppid")),
        ("User", text_at(record, "process.audit_token.euid")),
    )
    fields.update((name, value) for name, value in texts if value not in (None, ""))


def unified_parts(record: dict[str, Any]) -> Parts:
    """One entry of the unified log."""
    fields = flatten(record)
    host = str(fields.pop("@host", "") or "")
    names = (("eventMessage", "message"), ("processImagePath", "Image"), ("processID", "ProcessId"))
    fields.update((name, fields[raw]) for raw, name in names if raw in fields)
    program = str(fields.get("Image", "")).rpartition("/")[2].casefold()
    if program in _LOGONS:
        add_logon(program, str(fields.get("message", "")), fields)
    return Parts(fields, _OTHER, iso_us(_iso(text_at(record, "timestamp"))), host)


def _iso(text: str) -> str:
    """`2024-05-01 12:00:00.123456+0700` with a colon in the zone."""
    return (
        f"{text[:-2]}:{text[-2:]}" if len(text) > 20 and text[-5] in "+-" and text[-4:].isdecimal() else text
    )
