"""Events of the Security and System channels: logons, tickets, shares, processes, services, tasks."""

from xml.sax.saxutils import escape

from keng.demo.actions import (
    KerberosTicket,
    Logoff,
    Logon,
    LogonFailed,
    Process,
    ServiceInstalled,
    ShareAccess,
    TaskCreated,
)
from keng.demo.wire.moment import Moment
from keng.demo.wire.winlogbeat import AUDITING, winlogbeat

_LABELS = {"Low": "S-1-16-4096", "Medium": "S-1-16-8192", "High": "S-1-16-12288", "System": "S-1-16-16384"}
_SYSTEM_SID = "S-1-5-18"


def _security(moment: Moment, event_id: int, task: str, data: dict[str, str]) -> bytes:
    return winlogbeat(moment, "Security", AUDITING, event_id, data, task)


def _sid(name: str) -> str:
    return (
        _SYSTEM_SID if name.upper() == "SYSTEM" else f"S-1-5-21-3623811015-3361044348-{sum(name.encode())}1"
    )


def _subject(moment: Moment, user: str, prefix: str = "Subject") -> dict[str, str]:
    """User, domain, SID and logon id under Windows' field names."""
    domain, separator, name = moment.fill(user).rpartition("\\")
    system = name.upper() == "SYSTEM"
    return {
        f"{prefix}UserSid": _sid(name),
        f"{prefix}UserName": name,
        f"{prefix}DomainName": "NT AUTHORITY" if system else domain if separator else moment.host.netbios,
        f"{prefix}LogonId": "0x3e7" if system else f"0x{moment.random.getrandbits(24):x}",
    }


def _machine(moment: Moment) -> dict[str, str]:
    return {
        "SubjectUserSid": _SYSTEM_SID,
        "SubjectUserName": f"{moment.host.name}$",
        "SubjectDomainName": moment.host.netbios,
        "SubjectLogonId": "0x3e7",
    }


def process_created(action: Process, moment: Moment, image: str, command: str) -> list[bytes]:
    """4688, with the command line."""
    parent = moment.fill(action.parent)
    data = _subject(moment, action.user) | {
        "NewProcessId": f"0x{moment.random.randrange(0x200, 0x4000, 4):x}",
        "NewProcessName": image,
        "TokenElevationType": "%%1937" if action.integrity == "High" else "%%1938",
        "ProcessId": f"0x{moment.process(parent)[0]:x}",
        "CommandLine": command,
        "TargetUserSid": "S-1-0-0",
        "TargetUserName": "-",
        "TargetDomainName": "-",
        "TargetLogonId": "0x0",
        "ParentProcessName": parent,
        "MandatoryLabel": _LABELS.get(action.integrity, "S-1-16-8192"),
    }
    return [_security(moment, 4688, "Process Creation", data)]


def logon(action: Logon, moment: Moment) -> list[bytes]:
    """4624, and 4672 for an administrator."""
    target = _subject(moment, action.user, "Target")
    remote = action.type in (3, 10)
    process = "C:\\Windows\\System32\\svchost.exe" if action.type in (2, 10, 11) else "-"
    data = (_machine(moment) if not remote else dict.fromkeys(_machine(moment), "-")) | target
    data |= {"SubjectUserSid": "S-1-0-0", "SubjectLogonId": "0x0"} if action.type == 3 else {}
    data |= {
        "LogonType": str(action.type),
        "LogonProcessName": "User32 " if action.type in (2, 10, 11) else action.package,
        "AuthenticationPackageName": "Negotiate" if action.type == 10 else action.package,
        "WorkstationName": moment.fill(action.workstation),
        "LogonGuid": "{00000000-0000-0000-0000-000000000000}",
        "TransmittedServices": "-",
        "LmPackageName": "NTLM V2" if action.package == "NTLM" else "-",
        "KeyLength": "128" if action.package == "NTLM" else "0",
        "ProcessId": "0x0" if process == "-" else "0x2b4",
        "ProcessName": process,
        "IpAddress": moment.fill(action.address),
        "IpPort": moment.fill("{port}") if remote else "0",
        "ElevatedToken": "%%1842" if action.admin else "%%1843",
    }
    documents = [_security(moment, 4624, "Logon", data)]
    if action.admin:
        rights = {key.replace("Target", "Subject"): value for key, value in target.items()}
        rights["PrivilegeList"] = "SeSecurityPrivilege\n\t\t\tSeBackupPrivilege\n\t\t\tSeDebugPrivilege"
        documents.append(_security(moment, 4672, "Special Logon", rights))
    return documents


def logon_failed(action: LogonFailed, moment: Moment) -> list[bytes]:
    """4625."""
    domain, _slash, name = moment.fill(action.user).rpartition("\\")
    data = {
        "SubjectUserSid": "S-1-0-0",
        "SubjectUserName": "-",
        "SubjectDomainName": "-",
        "SubjectLogonId": "0x0",
        "TargetUserSid": "S-1-0-0",
        "TargetUserName": name,
        "TargetDomainName": domain or moment.host.netbios,
        "Status": "0xc000006d",
        "FailureReason": "%%2313",
        "SubStatus": action.substatus,
        "LogonType": str(action.type),
        "LogonProcessName": "NtLmSsp ",
        "AuthenticationPackageName": "NTLM",
        "WorkstationName": moment.fill(action.workstation),
        "TransmittedServices": "-",
        "LmPackageName": "-",
        "KeyLength": "0",
        "ProcessId": "0x0",
        "ProcessName": "-",
        "IpAddress": moment.fill(action.address),
        "IpPort": moment.fill("{port}"),
    }
    return [_security(moment, 4625, "Logon", data)]


def logoff(action: Logoff, moment: Moment) -> list[bytes]:
    """4634."""
    data = _subject(moment, action.user, "Target") | {"LogonType": str(action.type)}
    return [_security(moment, 4634, "Logoff", data)]


def kerberos_ticket(action: KerberosTicket, moment: Moment) -> list[bytes]:
    """4768 (ticket-granting ticket) or 4769 (service ticket), AES encrypted."""
    name = moment.fill(action.user)
    service = moment.fill(action.service)
    data = {
        "TargetUserName": f"{name}@{moment.host.domain.upper()}" if service else name,
        "TargetDomainName": moment.host.domain.upper(),
        "ServiceName": service or "krbtgt",
        "ServiceSid": _sid(service or "krbtgt"),
        "TicketOptions": "0x40810000" if service else "0x40810010",
        "Status": "0x0",
        "TicketEncryptionType": "0x12",
        "IpAddress": f"::ffff:{moment.fill(action.address)}",
        "IpPort": moment.fill("{port}"),
    }
    if service:
        return [_security(moment, 4769, "Kerberos Service Ticket Operations", data)]
    return [_security(moment, 4768, "Kerberos Authentication Service", data | {"PreAuthType": "2"})]


def share_access(action: ShareAccess, moment: Moment) -> list[bytes]:
    """5140, and 5145 where a file is named."""
    data = _subject(moment, action.user) | {
        "ObjectType": "File",
        "IpAddress": moment.fill(action.address),
        "IpPort": moment.fill("{port}"),
        "ShareName": f"\\\\*\\{action.share}",
        "ShareLocalPath": "\\??\\C:\\Windows" if action.share == "ADMIN$" else f"\\??\\D:\\{action.share}",
        "AccessMask": action.mask,
        "AccessList": "%%4416",
    }
    documents = [_security(moment, 5140, "File Share", data)]
    if action.file:
        named = data | {"RelativeTargetName": moment.fill(action.file), "AccessReason": "-"}
        documents.append(_security(moment, 5145, "Detailed File Share", named))
    return documents


def service_installed(action: ServiceInstalled, moment: Moment) -> list[bytes]:
    """System 7045 and Security 4697."""
    name, path = moment.fill(action.name), moment.fill(action.path)
    system = {
        "ServiceName": name,
        "ImagePath": path,
        "ServiceType": "user mode service",
        "StartType": "demand start",
        "AccountName": action.account,
    }
    audit = _subject(moment, action.user) | {
        "ServiceName": name,
        "ServiceFileName": path,
        "ServiceType": "0x10",
        "ServiceStartType": "3",
        "ServiceAccount": action.account,
    }
    return [
        winlogbeat(moment, "System", "Service Control Manager", 7045, system, "None"),
        _security(moment, 4697, "Security System Extension", audit),
    ]


def task_created(action: TaskCreated, moment: Moment) -> list[bytes]:
    """4698, with the task's XML."""
    command, arguments = moment.fill(action.command), moment.fill(action.arguments)
    xml = (
        '<?xml version="1.0" encoding="UTF-16"?>\n<Task version="1.2" '
        'xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">\n  <Triggers><LogonTrigger/></Triggers>\n'
        f"  <Actions><Exec><Command>{escape(command)}</Command><Arguments>{escape(arguments)}</Arguments></Exec>"
        "</Actions>\n</Task>"
    )
    data = _subject(moment, action.user) | {"TaskName": moment.fill(action.name), "TaskContent": xml}
    return [_security(moment, 4698, "Other Object Access Events", data)]
