"""Audit events whole, as Laurel writes them: every record of one event of the kernel in one object.

One event has many types: `type` is the list of them, and the parts of each stand under their own names (a0, a1, … of
EXECVE, name and nametype of PATH as lists, exe, comm, key, SYSCALL of SYSCALL), so that rules on any of them can read it.
Beside them Image, CommandLine, ParentCommandLine, CurrentDirectory, ProcessId, ParentProcessId, User, TargetFilename.
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.flatten import flatten
from keng.normalise.nested import items
from keng.normalise.parts import Parts
from keng.normalise.verdict import renamed
from keng.normalise.when import epoch_us

_MAX_ARGUMENTS = 512
_NAMES = (
    ("exe", "Image"), ("pid", "ProcessId"), ("ppid", "ParentProcessId"), ("ses", "LogonId"), ("UID", "User"),
    ("uid", "User"), ("cwd", "CurrentDirectory"), ("addr", "src_ip"),
)  # fmt: skip
_OF_ADDRESS = (("addr", "dst_ip"), ("port", "dst_port"))


def laurel_parts(record: dict[str, Any]) -> Parts:
    """One event."""
    fields: dict[str, Any] = {}
    types = [
        name
        for name, part in record.items()
        if name.isupper() and isinstance(part, dict | list) and name != "PARENT_INFO"
    ]
    for name in types:
        _part(name, record[name], fields)
    fields["type"] = types[0] if len(types) == 1 else types
    stamp, _colon, serial = str(record.get("ID", "")).partition(":")
    fields["serial"] = serial
    categories: list[str] = []
    fields.update(renamed({name: value for name, value in fields.items() if name != "addr"}, _NAMES))
    if "EXECVE" in record:
        categories.append("process_creation")
    parent = record.get("PARENT_INFO")
    if isinstance(parent, dict):
        if command := _arguments(parent):
            fields["ParentCommandLine"] = " ".join(command)
        if parent.get("exe"):
            fields["ParentImage"] = parent["exe"]
    for path in items(record.get("PATH")):
        if path.get("nametype") == "CREATE" and isinstance(created := path.get("name"), str):
            folder = str(fields.get("cwd", "")).rstrip("/")
            fields["TargetFilename"] = created if created[:1] == "/" or not folder else f"{folder}/{created}"
            categories.append("file_event")
            break
    host = str(record.get("NODE") or record.get("@host") or "")
    return Parts(fields, LogSource("linux", "auditd", tuple(sorted(categories))), epoch_us(stamp), host)


def _part(name: str, part: Any, fields: dict[str, Any]) -> None:
    if name == "EXECVE" and isinstance(part, dict):
        arguments = _arguments(part)
        fields.update((f"a{number}", one) for number, one in enumerate(arguments))
        fields["CommandLine"] = " ".join(arguments)
        return
    if name == "SOCKADDR":
        for address in items(part) or [part]:
            inner = address.get("SADDR", address) if isinstance(address, dict) else {}
            if isinstance(inner, dict):
                fields.update(renamed(inner, _OF_ADDRESS))
    if name == "PROCTITLE" and isinstance(part, dict):
        fields["proctitle"] = " ".join(_arguments(part))
        return
    for key, value in flatten({"x": part}).items():
        own = key[2:]
        if own in fields and own not in ("name", "nametype"):
            continue
        fields[own] = value[0] if isinstance(value, list) and len(value) == 1 else value


def _arguments(part: dict[str, Any]) -> list[str]:
    """ARGV as Laurel has it: a list, or one text under ARGV_STR."""
    value = part.get("ARGV") or part.get("ARGV_STR")
    if isinstance(value, str):
        return value.split(" ")[:_MAX_ARGUMENTS]
    return [one for one in value[:_MAX_ARGUMENTS] if isinstance(one, str)] if isinstance(value, list) else []
