"""Events of the channels Security, System and PowerShell; chooses the renderer of each Windows action."""

from keng.demo.actions import (
    Action,
    DnsQuery,
    FileCreated,
    ImageLoad,
    KerberosTicket,
    Logoff,
    Logon,
    LogonFailed,
    Network,
    Process,
    ProcessAccess,
    RegistrySet,
    ScriptBlock,
    ServiceInstalled,
    ShareAccess,
    TaskCreated,
    WindowsEvent,
)
from keng.demo.wire import security, sysmon
from keng.demo.wire.moment import Moment
from keng.demo.wire.winlogbeat import POWERSHELL, POWERSHELL_CHANNEL, winlogbeat


def render_windows(action: Action, moment: Moment) -> list[bytes]:
    """The documents that Winlogbeat sends when this happens; none where Sysmon would see it but is absent."""
    match action:
        case Process():
            image = moment.fill(action.image)
            command = moment.fill(action.command) or f'"{image}"'
            audit = security.process_created(action, moment, image, command)
            if moment.host.sysmon:
                return [*sysmon.process_create(action, moment, image, command), *audit]
            return audit
        case Logon():
            return security.logon(action, moment)
        case LogonFailed():
            return security.logon_failed(action, moment)
        case Logoff():
            return security.logoff(action, moment)
        case KerberosTicket():
            return security.kerberos_ticket(action, moment)
        case ShareAccess():
            return security.share_access(action, moment)
        case ServiceInstalled():
            return security.service_installed(action, moment)
        case TaskCreated():
            return security.task_created(action, moment)
        case ScriptBlock():
            return script_block(action, moment)
        case WindowsEvent():
            data = {name: moment.fill(value) for name, value in action.data.items()}
            message = moment.fill(action.message)
            return [winlogbeat(moment, action.channel, action.provider, action.id, data, message=message)]
    return _sysmon_only(action, moment) if moment.host.sysmon else []


def _sysmon_only(action: Action, moment: Moment) -> list[bytes]:
    match action:
        case ImageLoad():
            return sysmon.image_load(action, moment)
        case ProcessAccess():
            return sysmon.process_access(action, moment)
        case FileCreated():
            return sysmon.file_created(action, moment)
        case RegistrySet():
            return sysmon.registry_set(action, moment)
        case Network():
            return sysmon.network(action, moment)
        case DnsQuery():
            return sysmon.dns_query(action, moment)
    return []


def script_block(action: ScriptBlock, moment: Moment) -> list[bytes]:
    """PowerShell 4104."""
    data = {
        "MessageNumber": "1",
        "MessageTotal": "1",
        "ScriptBlockText": moment.fill(action.text),
        "ScriptBlockId": moment.fill("{hex8}-0000-4000-8000-{hex8}0000"),
        "Path": moment.fill(action.path),
    }
    return [winlogbeat(moment, POWERSHELL_CHANNEL, POWERSHELL, 4104, data, "Execute a Remote Command")]
