"""Sigma's taxonomy of log sources for Windows: channel, provider and event id to product, service, category.

Services are SigmaHQ's names of channels (its `logsource` guides); categories are those that an event id of
Sysmon, Security or PowerShell stands for. A channel that no service names still has the product, so that
rules on `product: windows` see it.
"""

from functools import lru_cache

from keng.model.event import LogSource

_SERVICES: dict[str, str] = {
    channel.casefold(): service
    for service, channels in {
        "security": ("Security",),
        "system": ("System",),
        "application": ("Application",),
        "sysmon": ("Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon"),
        "powershell": ("Microsoft-Windows-PowerShell/Operational", "PowerShellCore/Operational"),
        "powershell-classic": ("Windows PowerShell",),
        "application-experience": (
            "Microsoft-Windows-Application-Experience/Program-Telemetry",
            "Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant",
        ),
        "applocker": (
            "Microsoft-Windows-AppLocker/MSI and Script",
            "Microsoft-Windows-AppLocker/EXE and DLL",
            "Microsoft-Windows-AppLocker/Packaged app-Deployment",
            "Microsoft-Windows-AppLocker/Packaged app-Execution",
        ),
        "appmodel-runtime": ("Microsoft-Windows-AppModel-Runtime/Admin",),
        "appxdeployment-server": ("Microsoft-Windows-AppXDeploymentServer/Operational",),
        "appxpackaging-om": ("Microsoft-Windows-AppxPackaging/Operational",),
        "bits-client": ("Microsoft-Windows-Bits-Client/Operational",),
        "bitlocker": ("Microsoft-Windows-BitLocker/BitLocker Management",),
        "capi2": ("Microsoft-Windows-CAPI2/Operational",),
        "certificateservicesclient-lifecycle-system": (
            "Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational",
        ),
        "codeintegrity-operational": ("Microsoft-Windows-CodeIntegrity/Operational",),
        "dhcp": ("Microsoft-Windows-DHCP-Server/Operational",),
        "diagnosis-scripted": ("Microsoft-Windows-Diagnosis-Scripted/Operational",),
        "dns-client": (
            "Microsoft-Windows-DNS Client Events/Operational",
            "Microsoft-Windows-DNS-Client/Operational",
        ),
        "dns-server": ("DNS Server",),
        "dns-server-analytic": (
            "Microsoft-Windows-DNS-Server/Analytical",
            "Microsoft-Windows-DNSServer/Analytical",
        ),
        "dns-server-audit": ("Microsoft-Windows-DNS-Server/Audit",),
        "driver-framework": ("Microsoft-Windows-DriverFrameworks-UserMode/Operational",),
        "firewall-as": ("Microsoft-Windows-Windows Firewall With Advanced Security/Firewall",),
        "hyper-v-worker": (
            "Microsoft-Windows-Hyper-V-Worker",
            "Microsoft-Windows-Hyper-V-Worker-Admin",
            "Microsoft-Windows-Hyper-V-Worker/Admin",
        ),
        "iis-configuration": ("Microsoft-IIS-Configuration/Operational",),
        "kernel-event-tracing": (
            "Microsoft-Windows-Kernel-EventTracing",
            "Microsoft-Windows-Kernel-EventTracing/Admin",
        ),
        "kernel-shimengine": (
            "Microsoft-Windows-Kernel-ShimEngine/Operational",
            "Microsoft-Windows-Kernel-ShimEngine/Diagnostic",
            "WinEventLog:Microsoft-Windows-Kernel-ShimEngine/Diagnostic",
        ),
        "ldap": ("Microsoft-Windows-LDAP-Client/Debug",),
        "lsa-server": ("Microsoft-Windows-LSA/Operational",),
        "microsoft-servicebus-client": (
            "Microsoft-ServiceBus-Client",
            "Microsoft-ServiceBus-Client/Operational",
        ),
        "msexchange-management": ("MSExchange Management",),
        "ntfs": ("Microsoft-Windows-Ntfs/Operational",),
        "ntlm": ("Microsoft-Windows-NTLM/Operational",),
        "openssh": ("OpenSSH/Operational",),
        "printservice-admin": ("Microsoft-Windows-PrintService/Admin",),
        "printservice-operational": ("Microsoft-Windows-PrintService/Operational",),
        "security-mitigations": (
            "Microsoft-Windows-Security-Mitigations/Kernel Mode",
            "Microsoft-Windows-Security-Mitigations/KernelMode",
            "Microsoft-Windows-Security-Mitigations/User Mode",
            "Microsoft-Windows-Security-Mitigations/UserMode",
        ),
        "sense": ("Microsoft-Windows-SENSE/Operational",),
        "servicebus-client": ("Microsoft-ServiceBus-Client/Admin",),
        "shell-core": ("Microsoft-Windows-Shell-Core/Operational",),
        "smbclient-connectivity": ("Microsoft-Windows-SmbClient/Connectivity",),
        "smbclient-security": ("Microsoft-Windows-SmbClient/Security",),
        "smbserver-connectivity": ("Microsoft-Windows-SMBServer/Connectivity",),
        "taskscheduler": ("Microsoft-Windows-TaskScheduler/Operational",),
        "terminalservices-localsessionmanager": (
            "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
        ),
        "vhdmp": ("Microsoft-Windows-VHDMP/Operational", "Microsoft-Windows-VHDMP-Operational"),
        "wfp": ("Microsoft-Windows-WFP/Operational",),
        "windefend": ("Microsoft-Windows-Windows Defender/Operational",),
        "wmi": ("Microsoft-Windows-WMI-Activity/Operational",),
    }.items()
    for channel in channels
}

_SYSMON: dict[int, tuple[str, ...]] = {
    1: ("process_creation",),
    2: ("file_change",),
    3: ("network_connection",),
    4: ("sysmon_status",),
    5: ("process_termination",),
    6: ("driver_load",),
    7: ("image_load",),
    8: ("create_remote_thread",),
    9: ("raw_access_thread",),
    10: ("process_access",),
    11: ("file_event",),
    12: ("registry_add", "registry_delete", "registry_event"),
    13: ("registry_event", "registry_set"),
    14: ("registry_event", "registry_rename"),
    15: ("create_stream_hash",),
    16: ("sysmon_status",),
    17: ("pipe_created",),
    18: ("pipe_created",),
    19: ("wmi_event",),
    20: ("wmi_event",),
    21: ("wmi_event",),
    22: ("dns_query",),
    23: ("file_delete",),
    24: ("clipboard_capture",),
    25: ("process_tampering",),
    26: ("file_delete", "file_delete_detected"),
    27: ("file_block_executable",),
    28: ("file_block_shredding",),
    29: ("file_executable_detected",),
    255: ("sysmon_error",),
}
_SECURITY: dict[int, tuple[str, ...]] = {4688: ("process_creation",)}
# Malware found, and what was done about it.
_DEFENDER: dict[int, tuple[str, ...]] = dict.fromkeys(
    (1006, 1007, 1008, 1015, 1116, 1117, 1118, 1119), ("antivirus",)
)
_POWERSHELL: dict[int, tuple[str, ...]] = {4103: ("ps_module",), 4104: ("ps_script",)}
_POWERSHELL_CLASSIC: dict[int, tuple[str, ...]] = {
    400: ("ps_classic_start",),
    600: ("ps_classic_provider_start",),
    800: ("ps_classic_script",),
}
_BY_SERVICE: dict[str, dict[int, tuple[str, ...]]] = {
    "sysmon": _SYSMON,
    "security": _SECURITY,
    "powershell": _POWERSHELL,
    "powershell-classic": _POWERSHELL_CLASSIC,
    "windefend": _DEFENDER,
}
# Event tracing (no channel of its own): collectors name the provider.
_KERNEL_FILE: dict[int, tuple[str, ...]] = {
    10: ("file_access",),
    12: ("file_access",),
    19: ("file_rename",),
    27: ("file_rename",),
}
_SERVICE_OF_PROVIDER = {
    "microsoft-windows-sysmon": "sysmon",
    "microsoft-windows-powershell": "powershell",
    "powershellcore": "powershell",
    "microsoft-windows-security-auditing": "security",
}


@lru_cache(maxsize=8192)
def windows_logsource(channel: str, provider: str, event_id: int) -> LogSource:
    """Log source of a Windows event. Channel and provider in any case; the provider decides only where the
    channel is empty or foreign (forwarded events). Unknown channels give product `windows` alone."""
    name = channel.strip().casefold()
    source = provider.strip().casefold()
    if name == "rpcfw" or source == "rpcfw":
        return LogSource("rpc_firewall", "rpcfw", ("application",))
    service = _SERVICES.get(name, "")
    if not service and name in ("", "forwardedevents"):
        service = _SERVICE_OF_PROVIDER.get(source, "")
    if source == "microsoft-windows-kernel-file":
        return LogSource("windows", service, _KERNEL_FILE.get(event_id, ()))
    return LogSource("windows", service, _BY_SERVICE.get(service, {}).get(event_id, ()))


@lru_cache(maxsize=1024)
def sysmon_linux_logsource(event_id: int) -> LogSource:
    """Log source of an event of Sysmon for Linux: the same ids, product `linux`."""
    return LogSource("linux", "sysmon", _SYSMON.get(event_id, ()))
