"""Microsoft Defender's hunting tables (DeviceProcessEvents and their like) under the names that Sysmon has for the same.

ProcessCreated                       process_creation    InitiatingProcess… is the parent
Connection…, ListeningConnection…    network_connection  InitiatingProcess… is the process, in all that follow
DnsQueryResponse                     dns_query
FileCreated, FileDeleted             file_event, file_delete (FileRenamed: file_rename)
Registry…                            registry_set, registry_add, registry_delete
ImageLoaded, DriverLoad              image_load, driver_load
CreateRemoteThreadApiCall, OpenProcessApiCall, NamedPipeEvent        as in Sysmon
AntivirusDetection…                  antivirus: Signature, Filename
LogonSuccess, LogonFailed            User, src_ip, outcome
Its own names stay. A path that begins with "/" is Linux's.
"""

from typing import Any

import orjson

from keng.model.event import LogSource
from keng.normalise.flatten import flatten
from keng.normalise.logsource import windows_logsource
from keng.normalise.parts import Parts
from keng.normalise.verdict import renamed
from keng.normalise.when import epoch_us

_SYSMON = "Microsoft-Windows-Sysmon"
# Action → Sysmon's number of the same event.
_NUMBERS = {
    "ProcessCreated": 1, "ConnectionSuccess": 3, "ConnectionFailed": 3, "ConnectionAttempt": 3, "ConnectionFound": 3,
    "ConnectionRequest": 3, "InboundConnectionAccepted": 3, "ListeningConnectionCreated": 3, "DriverLoad": 6,
    "ImageLoaded": 7, "CreateRemoteThreadApiCall": 8, "OpenProcessApiCall": 10, "FileCreated": 11,
    "RegistryKeyCreated": 12, "RegistryKeyDeleted": 12, "RegistryValueDeleted": 12, "RegistryValueSet": 13,
    "RegistryKeyRenamed": 14, "NamedPipeEvent": 17, "DnsQueryResponse": 22, "FileDeleted": 23,
}  # fmt: skip
_REGISTRY = {
    "RegistryKeyCreated": ("CreateKey", ("registry_add", "registry_event")),
    "RegistryKeyDeleted": ("DeleteKey", ("registry_delete", "registry_event")),
    "RegistryValueDeleted": ("DeleteValue", ("registry_delete", "registry_event")),
    "RegistryValueSet": ("SetValue", ("registry_event", "registry_set")),
}
_CREATED = (
    ("FolderPath", "Image"), ("ProcessCommandLine", "CommandLine"), ("ProcessId", "ProcessId"),
    ("InitiatingProcessFolderPath", "ParentImage"), ("InitiatingProcessCommandLine", "ParentCommandLine"),
    ("InitiatingProcessId", "ParentProcessId"), ("ProcessIntegrityLevel", "IntegrityLevel"),
    ("ProcessVersionInfoOriginalFileName", "OriginalFileName"), ("ProcessVersionInfoProductName", "Product"),
    ("ProcessVersionInfoCompanyName", "Company"), ("ProcessVersionInfoFileDescription", "Description"),
    ("ProcessVersionInfoProductVersion", "FileVersion"), ("LogonId", "LogonId"),
)  # fmt: skip
_DONE = (
    ("InitiatingProcessFolderPath", "Image"), ("InitiatingProcessCommandLine", "CommandLine"),
    ("InitiatingProcessId", "ProcessId"), ("RemoteIP", "DestinationIp"), ("RemotePort", "DestinationPort"),
    ("RemoteUrl", "DestinationHostname"), ("LocalIP", "SourceIp"), ("LocalPort", "SourcePort"), ("Protocol", "Protocol"),
)  # fmt: skip
_INBOUND = (
    ("RemoteIP", "SourceIp"), ("RemotePort", "SourcePort"), ("LocalIP", "DestinationIp"), ("LocalPort", "DestinationPort"),
)  # fmt: skip
_HIVES = (
    ("HKEY_LOCAL_MACHINE", "HKLM"),
    ("HKEY_USERS", "HKU"),
    ("HKEY_CURRENT_USER", "HKCU"),
    ("HKEY_CLASSES_ROOT", "HKCR"),
)


def defender_parts(record: dict[str, Any]) -> Parts:
    """One row."""
    fields = flatten(record)
    host = str(record.get("DeviceName") or fields.pop("@host", "") or "")
    fields.pop("@host", None)
    more = _additional(record.get("AdditionalFields"))
    for name, value in more.items():
        fields.setdefault(name, value)
    action = str(record.get("ActionType", ""))
    number = _NUMBERS.get(action, 0)
    fields.update(renamed(fields, _CREATED if number == 1 else _DONE))
    _users(fields, number)
    hashes = [f"{name}={record[name]}" for name in ("SHA1", "MD5", "SHA256") if record.get(name)]
    if hashes:
        fields["Hashes"] = ",".join(hashes)
    for ours, folder, file in (
        ("Image", "InitiatingProcessFolderPath", "InitiatingProcessFileName"),
        ("Image", "FolderPath", "FileName"),
        ("ParentImage", "InitiatingProcessFolderPath", "InitiatingProcessFileName"),
    ):
        if fields.get(ours) and fields[ours] == fields.get(folder):
            fields[ours] = _whole(fields[ours], record.get(file))
    linux = str(fields.get("Image") or fields.get("FolderPath") or "").startswith("/")
    categories = _complete(fields, action, number, more)
    source = LogSource("linux" if linux else "windows", "", categories)
    time = record.get("Timestamp") or record.get("TimeGenerated")
    return Parts(fields, source, epoch_us(time), host)


def _additional(value: Any) -> dict[str, Any]:
    if isinstance(value, str) and value[:1] == "{":
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return {}
    return flatten(value) if isinstance(value, dict) else {}


def _whole(path: Any, name: Any) -> Any:
    """The path of a program; older tables have its folder there."""
    if not isinstance(path, str) or not isinstance(name, str) or path.casefold().endswith(name.casefold()):
        return path
    mark = "/" if path[:1] == "/" else "\\"
    return f"{path.rstrip(mark)}{mark}{name}"


def _users(fields: dict[str, Any], number: int) -> None:
    start = (
        "Account"
        if number == 1 or "InitiatingProcessAccountName" not in fields
        else "InitiatingProcessAccount"
    )
    if name := fields.get(f"{start}Name"):
        domain = fields.get(f"{start}Domain")
        fields["User"] = f"{domain}\\{name}" if domain else name


def _complete(fields: dict[str, Any], action: str, number: int, more: dict[str, Any]) -> tuple[str, ...]:
    path = fields.get("FolderPath")
    if number == 3:
        inbound = action in ("InboundConnectionAccepted", "ListeningConnectionCreated")
        fields["Initiated"] = "false" if inbound else "true"
        if inbound:
            # The source is who began.
            fields.update(renamed(fields, _INBOUND))
        names = (
            ("SourceIp", "src_ip"),
            ("SourcePort", "src_port"),
            ("DestinationIp", "dst_ip"),
            ("DestinationPort", "dst_port"),
        )
        fields.update(renamed(fields, names))
        if isinstance(protocol := fields.get("Protocol"), str):
            fields["Protocol"] = protocol.lower()
    elif action.startswith("Registry"):
        return _registry(fields, action)
    elif action.startswith("File") and path:
        fields["TargetFilename"] = path
        if action == "FileRenamed":
            return ("file_rename",)
    elif number in (6, 7) and path:
        fields["ImageLoaded"] = path
    elif number == 17:
        fields.update(renamed(more, (("PipeName", "PipeName"),)))
        if isinstance(pipe := fields.get("PipeName"), str):
            # \Device\NamedPipe\x is Sysmon's \x.
            fields["PipeName"] = pipe.replace("\\Device\\NamedPipe", "", 1)
    elif number in (8, 10):
        fields["SourceImage"], fields["TargetImage"] = fields.get("Image"), path
    elif number == 22:
        fields.update(renamed(more, (("DnsQueryString", "QueryName"), ("DnsQueryResult", "QueryResults"))))
    elif action.startswith("AntivirusDetection"):
        fields.update(renamed({**more, "path": path}, (("ThreatName", "Signature"), ("path", "Filename"))))
        return ("antivirus",)
    elif action in ("LogonSuccess", "LogonFailed"):
        fields["outcome"] = "success" if action == "LogonSuccess" else "failure"
        fields.update(renamed(fields, (("RemoteIP", "src_ip"),)))
    return windows_logsource("", _SYSMON, number).categories if number else ()


def _registry(fields: dict[str, Any], action: str) -> tuple[str, ...]:
    key = str(fields.get("RegistryKey") or fields.get("PreviousRegistryKey") or "")
    for long, short in _HIVES:
        if key.upper().startswith(long):
            key = short + key[len(long) :]
            break
    name = fields.get("RegistryValueName")
    fields["TargetObject"] = f"{key}\\{name}" if name and "Value" in action else key
    event, categories = _REGISTRY.get(action, ("", ("registry_event",)))
    if event:
        fields["EventType"] = event
    if (data := fields.get("RegistryValueData")) is not None:
        text = str(data)
        kind = str(fields.get("RegistryValueType", "")).casefold()
        number = int(text) if text.isdecimal() and len(text) < 20 else None
        if kind in ("dword", "qword") and number is not None:
            fields["Details"] = (
                f"DWORD (0x{number:08x})"
                if kind == "dword"
                else f"QWORD (0x{number >> 32:08x}-0x{number & 0xFFFFFFFF:08x})"
            )
        else:
            fields["Details"] = text
    return categories
