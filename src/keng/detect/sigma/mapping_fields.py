"""Fields that our mapping gives to events, by log source: what is known where no events have been seen.

Here stand the categories of Windows; `mapping_elsewhere` has the others.

The names are Sysmon's (a process creation of the Security log gets them, too). A category that does not stand here
is not judged: its fields depend on the provider of the log.
"""

from collections.abc import Container

from keng.detect.sigma.mapping_elsewhere import fields_elsewhere
from keng.detect.sigma.rule import RuleSource

_SYSTEM = (
    "Channel Computer Correlation_ActivityID EventID EventRecordID Execution_ProcessID Execution_ThreadID Keywords Level"
    " Message Opcode Provider_Guid Provider_Name RuleName Security_UserID Task TimeCreated_SystemTime User UtcTime"
    " Version EventType Hashes md5 sha1 sha256 Imphash Image ProcessGuid ProcessId"
)
_PROCESS = (
    "CommandLine Company CurrentDirectory Description FileVersion IntegrityLevel LogonGuid LogonId OriginalFileName"
    " ParentCommandLine ParentImage ParentProcessGuid ParentProcessId ParentUser Product TerminalSessionId"
    " MandatoryLabel NewProcessId NewProcessName ParentProcessName SubjectDomainName SubjectLogonId SubjectUserName"
    " SubjectUserSid TargetDomainName TargetLogonId TargetUserName TargetUserSid TokenElevationType"
)
_SIGNED = (
    "Company Description FileVersion ImageLoaded OriginalFileName Product Signature SignatureStatus Signed"
)
_FILE = "TargetFilename CreationUtcTime PreviousCreationUtcTime IsExecutable Archived"
_REGISTRY = "TargetObject Details NewName"
_BY_CATEGORY = {
    "process_creation": _PROCESS,
    "process_termination": "",
    "network_connection": (
        "DestinationHostname DestinationIp DestinationIsIpv6 DestinationPort DestinationPortName Initiated Protocol"
        " SourceHostname SourceIp SourceIsIpv6 SourcePort SourcePortName CommandLine ParentImage"
    ),
    "image_load": _SIGNED,
    "driver_load": _SIGNED,
    "file_event": _FILE,
    "file_change": _FILE,
    "file_delete": _FILE,
    "file_delete_detected": _FILE,
    "file_block_executable": _FILE,
    "file_block_shredding": _FILE,
    "file_executable_detected": _FILE,
    "registry_add": _REGISTRY,
    "registry_delete": _REGISTRY,
    "registry_event": _REGISTRY,
    "registry_rename": _REGISTRY,
    "registry_set": _REGISTRY,
    "create_remote_thread": (
        "NewThreadId SourceImage SourceProcessGuid SourceProcessId SourceUser StartAddress StartFunction StartModule"
        " TargetImage TargetProcessGuid TargetProcessId TargetUser"
    ),
    "create_stream_hash": "Contents CreationUtcTime Hash TargetFilename",
    "dns_query": "QueryName QueryResults QueryStatus",
    "pipe_created": "PipeName",
    "process_access": (
        "CallTrace GrantedAccess SourceImage SourceProcessGUID SourceProcessId SourceThreadId SourceUser TargetImage"
        " TargetProcessGUID TargetProcessId TargetUser"
    ),
    "process_tampering": "Type",
    "raw_access_thread": "Device",
    "ps_script": "MessageNumber MessageTotal Path ScriptBlockId ScriptBlockText",
    "wmi_event": "Consumer Destination EventNamespace Filter Name Operation Query Type",
}
MAPPED = {category: frozenset(f"{_SYSTEM} {text}".split()) for category, text in _BY_CATEGORY.items()}


def mapped_fields(source: RuleSource) -> Container[str] | None:
    """Fields that events of this log source can have; None if that is not known."""
    return MAPPED.get(source.category) if source.product == "windows" else fields_elsewhere(source)
