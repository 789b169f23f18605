"""Sysmon events 1, 3, 7, 10, 11, 13, 22, with the fields of schema 4.90."""

from functools import lru_cache

from keng.demo.actions import (
    DnsQuery,
    FileCreated,
    ImageLoad,
    Network,
    Process,
    ProcessAccess,
    RegistrySet,
)
from keng.demo.wire.images import hashes, version_resource
from keng.demo.wire.moment import Moment
from keng.demo.wire.winlogbeat import SYSMON, SYSMON_CHANNEL, winlogbeat

_version = lru_cache(maxsize=1024)(version_resource)
_hashes = lru_cache(maxsize=1024)(hashes)
_SYSTEM = "NT AUTHORITY\\SYSTEM"


def account(moment: Moment, user: str) -> str:
    """`DOMAIN\\user` as Sysmon writes it."""
    name = moment.fill(user)
    if name.upper() == "SYSTEM":
        return _SYSTEM
    return name if "\\" in name else f"{moment.host.netbios}\\{name}"


def _event(moment: Moment, event_id: int, task: str, data: dict[str, str]) -> list[bytes]:
    head = {"RuleName": "-", "UtcTime": moment.spaced}
    return [winlogbeat(moment, SYSMON_CHANNEL, SYSMON, event_id, head | data, task)]


def _actor(moment: Moment, image: str, user: str) -> dict[str, str]:
    pid, guid = moment.process(image)
    return {"ProcessGuid": guid, "ProcessId": str(pid), "Image": image, "User": account(moment, user)}


def process_create(action: Process, moment: Moment, image: str, command: str) -> list[bytes]:
    """Event 1. image, command: filled by the caller, who also writes Security 4688 from them."""
    parent = moment.fill(action.parent)
    parent_pid, parent_guid = moment.process(parent)
    pid, guid = moment.new_process(image)
    user = account(moment, action.user)
    logon = "{00000000-0000-0000-e703-000000000000}" if user == _SYSTEM else guid
    return _event(
        moment,
        1,
        "Process Create (rule: ProcessCreate)",
        {"ProcessGuid": guid, "ProcessId": str(pid), "Image": image}
        | _version(image)
        | {
            "CommandLine": command,
            "CurrentDirectory": "C:\\Windows\\system32\\" if user == _SYSTEM else moment.fill("{profile}\\"),
            "User": user,
            "LogonGuid": logon,
            "LogonId": "0x3e7" if user == _SYSTEM else f"0x{moment.random.getrandbits(20):x}",
            "TerminalSessionId": "0" if user == _SYSTEM else "1",
            "IntegrityLevel": "System" if user == _SYSTEM else action.integrity,
            "Hashes": _hashes(image),
            "ParentProcessGuid": parent_guid,
            "ParentProcessId": str(parent_pid),
            "ParentImage": parent,
            "ParentCommandLine": moment.fill(action.parent_command) or parent,
            "ParentUser": user,
        },
    )


def network(action: Network, moment: Moment) -> list[bytes]:
    """Event 3."""
    return _event(
        moment,
        3,
        "Network connection detected (rule: NetworkConnect)",
        _actor(moment, moment.fill(action.image), action.user)
        | {
            "Protocol": action.protocol,
            "Initiated": "true",
            "SourceIsIpv6": "false",
            "SourceIp": moment.host.ip,
            "SourceHostname": moment.host.fqdn,
            "SourcePort": moment.fill("{port}"),
            "SourcePortName": "-",
            "DestinationIsIpv6": "false",
            "DestinationIp": moment.fill(action.address),
            "DestinationHostname": moment.fill(action.name) or "-",
            "DestinationPort": str(action.port),
            "DestinationPortName": "-",
        },
    )


def image_load(action: ImageLoad, moment: Moment) -> list[bytes]:
    """Event 7."""
    library = moment.fill(action.library)
    return _event(
        moment,
        7,
        "Image loaded (rule: ImageLoad)",
        _actor(moment, moment.fill(action.image), action.user)
        | {"ImageLoaded": library}
        | _version(library)
        | {
            "Hashes": _hashes(library),
            "Signed": "true" if action.signed else "false",
            "Signature": action.signature if action.signed else "-",
            "SignatureStatus": "Valid" if action.signed else "Unavailable",
        },
    )


def process_access(action: ProcessAccess, moment: Moment) -> list[bytes]:
    """Event 10."""
    image, target = moment.fill(action.image), moment.fill(action.target)
    pid, guid = moment.process(image)
    target_pid, target_guid = moment.process(target)
    return _event(
        moment,
        10,
        "Process accessed (rule: ProcessAccess)",
        {
            "SourceProcessGUID": guid,
            "SourceProcessId": str(pid),
            "SourceThreadId": str(pid + 8),
            "SourceImage": image,
            "TargetProcessGUID": target_guid,
            "TargetProcessId": str(target_pid),
            "TargetImage": target,
            "GrantedAccess": action.access,
            "CallTrace": action.trace,
            "SourceUser": account(moment, action.user),
            "TargetUser": _SYSTEM,
        },
    )


def file_created(action: FileCreated, moment: Moment) -> list[bytes]:
    """Event 11."""
    actor = _actor(moment, moment.fill(action.image), action.user)
    where = {"TargetFilename": moment.fill(action.path), "CreationUtcTime": moment.spaced}
    return _event(moment, 11, "File created (rule: FileCreate)", actor | where)


def registry_set(action: RegistrySet, moment: Moment) -> list[bytes]:
    """Event 13."""
    actor = {"EventType": "SetValue"} | _actor(moment, moment.fill(action.image), action.user)
    what = {"TargetObject": moment.fill(action.key), "Details": moment.fill(action.details)}
    return _event(moment, 13, "Registry value set (rule: RegistryEvent)", actor | what)


def dns_query(action: DnsQuery, moment: Moment) -> list[bytes]:
    """Event 22."""
    name, answer = moment.fill(action.name), moment.fill(action.answer)
    return _event(
        moment,
        22,
        "Dns query (rule: DnsQuery)",
        _actor(moment, moment.fill(action.image), action.user)
        | {
            "QueryName": name,
            "QueryStatus": "0",
            "QueryResults": f"::ffff:{answer};" if answer else "-",
        },
    )
