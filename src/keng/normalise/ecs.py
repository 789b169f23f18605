"""Elastic's common schema, as Auditbeat and Elastic Endpoint write what a machine did, under Sigma's names.

process start   process_creation     Image, CommandLine, ParentImage, ParentCommandLine, User, CurrentDirectory, Hashes
network         network_connection   Image, SourceIp, SourcePort, DestinationIp, DestinationPort, Initiated, Protocol
file            file_event           Image, TargetFilename; deletion is file_delete
Its own names stay. The product is the operating system that host.os names; Auditbeat without one is Linux's.
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.flatten import flatten
from keng.normalise.parts import Parts
from keng.normalise.when import epoch_us

_NAMES = (
    ("process.executable", "Image"), ("process.command_line", "CommandLine"), ("process.pid", "ProcessId"),
    ("process.entity_id", "ProcessGuid"), ("process.working_directory", "CurrentDirectory"),
    ("process.parent.executable", "ParentImage"), ("process.parent.command_line", "ParentCommandLine"),
    ("process.parent.pid", "ParentProcessId"), ("process.pe.original_file_name", "OriginalFileName"),
    ("process.hash.sha256", "Hashes"), ("file.path", "TargetFilename"), ("source.ip", "SourceIp"),
    ("source.port", "SourcePort"), ("destination.ip", "DestinationIp"), ("destination.port", "DestinationPort"),
    ("destination.domain", "DestinationHostname"), ("network.transport", "Protocol"), ("dns.question.name", "QueryName"),
    ("user.name", "User"),
)  # fmt: skip
_GENERIC = (
    ("source.ip", "src_ip"),
    ("source.port", "src_port"),
    ("destination.ip", "dst_ip"),
    ("destination.port", "dst_port"),
)
_SYSTEMS = {"macos": "macos", "darwin": "macos", "windows": "windows", "linux": "linux"}
_FAMILIES = ("host.os.type", "host.os.platform", "host.os.family", "host.os.kernel")


def ecs_parts(record: dict[str, Any]) -> Parts:
    """One event of a process, a connection or a file."""
    fields = flatten(record)
    host = str(fields.pop("@host", "") or fields.get("host.name") or fields.get("host.hostname") or "")
    for name, ours in (*_NAMES, *_GENERIC):
        if (value := fields.get(name)) not in (None, ""):
            fields.setdefault(ours, value)
    arguments = fields.get("process.args")
    if "CommandLine" not in fields and isinstance(arguments, list):
        fields["CommandLine"] = " ".join(str(part) for part in arguments[:512])
    product = next(
        (
            _SYSTEMS[name]
            for family in _FAMILIES
            if (name := str(fields.get(family, "")).casefold()) in _SYSTEMS
        ),
        "linux",
    )
    if product == "windows" and (domain := fields.get("user.domain")) and "User" in fields:
        fields["User"] = f"{domain}\\{fields['User']}"
    categories = _categories(fields)
    if categories == ("network_connection",):
        fields["Initiated"] = "false" if fields.get("network.direction") in ("ingress", "inbound") else "true"
    return Parts(fields, LogSource(product, "", categories), epoch_us(fields.get("@timestamp")), host)


def _categories(fields: dict[str, Any]) -> tuple[str, ...]:
    kinds, types = _words(fields.get("event.category")), _words(fields.get("event.type"))
    action = str(fields.get("event.action", ""))
    if "process" in kinds and (
        "start" in types or action in ("exec", "executed", "fork", "existing_process")
    ):
        return ("process_creation",)
    if "network" in kinds and "DestinationIp" in fields and "QueryName" not in fields:
        return ("network_connection",)
    if "QueryName" in fields:
        return ("dns_query",)
    if "file" in kinds and "TargetFilename" in fields:
        return ("file_delete",) if "deletion" in types else ("file_event",)
    return ()


def _words(value: Any) -> list[str]:
    return [str(part) for part in value[:16]] if isinstance(value, list) else [str(value)]
