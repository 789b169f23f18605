"""The taxonomy's log sources of Windows: an event of the channel is met by a rule with the service or category."""

import pytest
from tests.conformance.sigma.rules import event, rule_text, ruleset

from keng.detect.sigma import Engine
from keng.normalise.logsource import windows_logsource

SERVICES = """
application|Application
application-experience|Microsoft-Windows-Application-Experience/Program-Telemetry;Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant
applocker|Microsoft-Windows-AppLocker/MSI and Script;Microsoft-Windows-AppLocker/EXE and DLL;Microsoft-Windows-AppLocker/Packaged app-Deployment;Microsoft-Windows-AppLocker/Packaged app-Execution
appmodel-runtime|Microsoft-Windows-AppModel-Runtime/Admin
appxdeployment-server|Microsoft-Windows-AppXDeploymentServer/Operational
appxpackaging-om|Microsoft-Windows-AppxPackaging/Operational
bitlocker|Microsoft-Windows-BitLocker/BitLocker Management
bits-client|Microsoft-Windows-Bits-Client/Operational
capi2|Microsoft-Windows-CAPI2/Operational
certificateservicesclient-lifecycle-system|Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational
codeintegrity-operational|Microsoft-Windows-CodeIntegrity/Operational
dhcp|Microsoft-Windows-DHCP-Server/Operational
diagnosis-scripted|Microsoft-Windows-Diagnosis-Scripted/Operational
dns-client|Microsoft-Windows-DNS Client Events/Operational;Microsoft-Windows-DNS-Client/Operational
dns-server|DNS Server
dns-server-analytic|Microsoft-Windows-DNS-Server/Analytical
dns-server-audit|Microsoft-Windows-DNS-Server/Audit
driver-framework|Microsoft-Windows-DriverFrameworks-UserMode/Operational
firewall-as|Microsoft-Windows-Windows Firewall With Advanced Security/Firewall
hyper-v-worker|Microsoft-Windows-Hyper-V-Worker;Microsoft-Windows-Hyper-V-Worker-Admin
iis-configuration|Microsoft-IIS-Configuration/Operational
kernel-event-tracing|Microsoft-Windows-Kernel-EventTracing;Microsoft-Windows-Kernel-EventTracing/Admin
kernel-shimengine|Microsoft-Windows-Kernel-ShimEngine/Operational;WinEventLog:Microsoft-Windows-Kernel-ShimEngine/Diagnostic;Microsoft-Windows-Kernel-ShimEngine/Diagnostic
ldap|Microsoft-Windows-LDAP-Client/Debug
lsa-server|Microsoft-Windows-LSA/Operational
msexchange-management|MSExchange Management
ntfs|Microsoft-Windows-Ntfs/Operational
ntlm|Microsoft-Windows-NTLM/Operational
openssh|OpenSSH/Operational
powershell|Microsoft-Windows-PowerShell/Operational
powershell-classic|Windows PowerShell
printservice-admin|Microsoft-Windows-PrintService/Admin
printservice-operational|Microsoft-Windows-PrintService/Operational
security|Security
security-mitigations|Microsoft-Windows-Security-Mitigations/Kernel Mode;Microsoft-Windows-Security-Mitigations/User Mode;Microsoft-Windows-Security-Mitigations/KernelMode;Microsoft-Windows-Security-Mitigations/UserMode
sense|Microsoft-Windows-SENSE/Operational
servicebus-client|Microsoft-ServiceBus-Client/Operational;Microsoft-ServiceBus-Client/Admin
shell-core|Microsoft-Windows-Shell-Core/Operational
smbclient-security|Microsoft-Windows-SmbClient/Security
smbclient-connectivity|Microsoft-Windows-SmbClient/Connectivity
smbserver-connectivity|Microsoft-Windows-SMBServer/Connectivity
system|System
taskscheduler|Microsoft-Windows-TaskScheduler/Operational
terminalservices-localsessionmanager|Microsoft-Windows-TerminalServices-LocalSessionManager/Operational
vhdmp|Microsoft-Windows-VHDMP/Operational;Microsoft-Windows-VHDMP-Operational
windefend|Microsoft-Windows-Windows Defender/Operational
wmi|Microsoft-Windows-WMI-Activity/Operational
"""
SYSMON = {
    "process_creation": 1, "file_change": 2, "network_connection": 3, "sysmon_status": 16,
    "process_termination": 5, "driver_load": 6, "image_load": 7, "create_remote_thread": 8,
    "raw_access_thread": 9, "process_access": 10, "file_event": 11, "registry_event": 12, "registry_add": 12,
    "registry_delete": 12, "registry_set": 13, "registry_rename": 14, "create_stream_hash": 15,
    "pipe_created": 18, "wmi_event": 20, "dns_query": 22, "file_delete": 23, "clipboard_capture": 24,
    "process_tampering": 25, "file_delete_detected": 26, "file_block_executable": 27,
    "file_block_shredding": 28, "file_executable_detected": 29, "sysmon_error": 255,
}  # fmt: skip
CHANNELS = [
    (service, channel)
    for service, _, channels in (line.partition("|") for line in SERVICES.strip().splitlines())
    for channel in channels.split(";")
]


def met(source: dict[str, str], channel: str, number: int) -> bool:
    """Whether a rule of this log source sees an event of this channel and number."""
    loaded = ruleset(rule_text({"s": {"f": 1}}, logsource=source))
    return bool(Engine(loaded).match([event({"f": 1}, source=windows_logsource(channel, "", number))]))


@pytest.mark.row("log source")
def test_every_service_of_the_taxonomy_is_given_by_its_channels() -> None:
    missing = [pair for pair in CHANNELS if not met({"product": "windows", "service": pair[0]}, pair[1], 1)]
    assert missing == []
    assert len(CHANNELS) > 50


@pytest.mark.row("log source")
def test_every_category_of_sysmon_is_given_by_its_number_and_by_no_other() -> None:
    channel = "Microsoft-Windows-Sysmon/Operational"
    for category, number in SYSMON.items():
        assert met({"category": category}, channel, number), category
        assert met({"product": "windows", "service": "sysmon"}, channel, number)
        assert not met({"category": category}, channel, 7 if number != 7 else 6), category
        assert not met({"category": category, "product": "linux"}, channel, number)
