"""The vocabulary of scenarios: what can happen on a machine.

A scenario step or a background profile names an action by its key `event`; `demo/wire/` turns it into the
records that a machine of that kind really logs. Texts may hold places such as `{user}` or `{document}`, filled
from the host, its people and the scenario's `values` (see `demo/places.py`).
"""

import msgspec


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="event", kw_only=True):
    """weight: how often, against the other actions of its background profile. user: an account name."""

    weight: float = 1.0
    user: str = "{user}"


class Process(Action, frozen=True, tag="process"):
    """A program starts (Sysmon 1 and Security 4688)."""

    image: str
    command: str = ""
    parent: str = r"C:\Windows\explorer.exe"
    parent_command: str = ""
    integrity: str = "Medium"


class ImageLoad(Action, frozen=True, tag="image_load"):
    """A program loads a library (Sysmon 7)."""

    image: str
    library: str
    signed: bool = True
    signature: str = "Microsoft Windows"


class ProcessAccess(Action, frozen=True, tag="process_access"):
    """A program opens another one's memory (Sysmon 10). access: mask in hexadecimal."""

    image: str
    target: str
    access: str
    trace: str = r"C:\Windows\SYSTEM32\ntdll.dll+9d4c4|C:\Windows\System32\KERNELBASE.dll+2c13e"


class FileCreated(Action, frozen=True, tag="file_created"):
    """A file appears (Sysmon 11)."""

    image: str
    path: str


class RegistrySet(Action, frozen=True, tag="registry_set"):
    """A registry value is written (Sysmon 13)."""

    image: str
    key: str
    details: str


class Network(Action, frozen=True, tag="network"):
    """A program opens a connection (Sysmon 3)."""

    image: str
    address: str
    port: int
    name: str = ""
    protocol: str = "tcp"


class DnsQuery(Action, frozen=True, tag="dns_query"):
    """A program asks for a name (Sysmon 22)."""

    image: str
    name: str
    answer: str = ""


class Logon(Action, frozen=True, tag="logon"):
    """Somebody signs in (Security 4624; with `admin` also 4672)."""

    type: int = 3
    address: str = "-"
    workstation: str = "-"
    package: str = "Kerberos"
    admin: bool = False


class LogonFailed(Action, frozen=True, tag="logon_failed"):
    """Somebody fails to sign in (Security 4625)."""

    type: int = 3
    address: str = "-"
    workstation: str = "-"
    substatus: str = "0xc000006a"


class Logoff(Action, frozen=True, tag="logoff"):
    """Somebody signs off (Security 4634)."""

    type: int = 3


class KerberosTicket(Action, frozen=True, tag="kerberos_ticket"):
    """A domain controller issues a ticket (Security 4768, or 4769 with a service)."""

    address: str
    service: str = ""


class ShareAccess(Action, frozen=True, tag="share_access"):
    """A file of a share is opened (Security 5140 and 5145)."""

    address: str
    share: str
    file: str = ""
    mask: str = "0x1"


class ServiceInstalled(Action, frozen=True, tag="service_installed"):
    """A service is installed (System 7045 and Security 4697)."""

    name: str
    path: str
    account: str = "LocalSystem"


class TaskCreated(Action, frozen=True, tag="task_created"):
    """A scheduled task is registered (Security 4698)."""

    name: str
    command: str
    arguments: str = ""


class ScriptBlock(Action, frozen=True, tag="script_block"):
    """PowerShell runs a script block (PowerShell 4104)."""

    text: str
    path: str = ""


class WindowsEvent(Action, frozen=True, tag="windows_event"):
    """Any other Windows event, spelled out."""

    channel: str
    provider: str
    id: int
    data: dict[str, str] = {}
    message: str = ""


class SyslogLine(Action, frozen=True, tag="syslog"):
    """A line of a Unix program. facility, severity: the numbers of RFC 5424."""

    program: str
    text: str
    facility: int = 3
    severity: int = 6
    pid: bool = True


class WebRequest(Action, frozen=True, tag="web_request"):
    """A request to a web server (combined log format)."""

    client: str = "{visitor}"
    method: str = "GET"
    path: str = "/"
    status: int = 200
    size: int = 5200
    referer: str = "-"
    agent: str = "{browser}"


class Connection(Action, frozen=True, tag="connection", kw_only=True):
    """A connection seen on the wire: Zeek's conn, Suricata's flow, or a firewall's traffic line."""

    client: str = "{client}"
    server: str
    port: int
    protocol: str = "tcp"
    service: str = ""
    sent: int = 1800
    received: int = 9400
    seconds: float = 0.6
    state: str = "SF"
    denied: bool = False


class NameLookup(Action, frozen=True, tag="name_lookup", kw_only=True):
    """A DNS question and answer seen on the wire (Zeek's dns, Suricata's dns)."""

    client: str = "{client}"
    name: str
    type: str = "A"
    answer: str = ""
    rcode: str = "NOERROR"


class IdsAlert(Action, frozen=True, tag="ids_alert"):
    """A signature of the intrusion sensor fires (Suricata alert)."""

    client: str
    server: str
    port: int
    signature: str
    signature_id: int
    category: str = "Potentially Bad Traffic"
    severity: int = 2


class FirewallAdmin(Action, frozen=True, tag="firewall_admin", kw_only=True):
    """Somebody works on the firewall itself: signs in, changes its rules."""

    text: str
    action: str = "login"
    status: str = "success"
    address: str = "{client}"


AnyAction = (
    Process
    | ImageLoad
    | ProcessAccess
    | FileCreated
    | RegistrySet
    | Network
    | DnsQuery
    | Logon
    | LogonFailed
    | Logoff
    | KerberosTicket
    | ShareAccess
    | ServiceInstalled
    | TaskCreated
    | ScriptBlock
    | WindowsEvent
    | SyslogLine
    | WebRequest
    | Connection
    | NameLookup
    | IdsAlert
    | FirewallAdmin
)

WINDOWS_ACTIONS: tuple[type[Action], ...] = (
    Process,
    ImageLoad,
    ProcessAccess,
    FileCreated,
    RegistrySet,
    Network,
    DnsQuery,
    Logon,
    LogonFailed,
    Logoff,
    KerberosTicket,
    ShareAccess,
    ServiceInstalled,
    TaskCreated,
    ScriptBlock,
    WindowsEvent,
)

# Which actions a machine of a kind can log.
ACTIONS_OF_KIND: dict[str, tuple[type[Action], ...]] = {
    "windows": WINDOWS_ACTIONS,
    "linux": (SyslogLine,),
    "web": (WebRequest,),
    "firewall": (Connection, FirewallAdmin),
    "zeek": (Connection, NameLookup),
    "suricata": (Connection, NameLookup, IdsAlert, WebRequest),
}
