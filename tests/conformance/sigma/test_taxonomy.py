"""The taxonomy's log sources of Windows: an event of the channel is met by a rule with the service or category."""

from typing import Any

import orjson
import pytest
import yaml
from tests.conformance.sigma.rules import event, rule_text, ruleset

from keng.detect.sigma import Detector, Engine
from keng.formats.recognise import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.logsource import windows_logsource
from keng.normalise.normalise import to_event

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


def network_event(path: str, **values: Any) -> Event:
    """An event of Zeek's log, as it is collected."""
    line = {"_path": path, "ts": 1.5e9, "uid": "C1", "id.orig_h": "10.0.0.1", "id.orig_p": 4000}
    line |= {"id.resp_h": "8.8.8.8", "id.resp_p": 53, "proto": "udp", **values}
    record = parse_record(orjson.dumps(line))
    assert isinstance(record, Record)
    return to_event(record)


NETWORK = [
    # service, selection, event, expected
    ("connection", {"source.ip|cidr": "10.0.0.0/8", "destination.port": 53}, "conn", True),
    ("connection", {"network.transport": "UDP", "source.bytes|gt": 5}, "conn", True),
    ("connection", {"source.ip|fieldref": "destination.ip"}, "conn", False),
    ("connection", {"source.port": 4000}, "dns", False),
    ("dns", {"dns.question.name|endswith": ".example", "dns.question.type": "A"}, "dns", True),
    ("dns", {"dns.answers.data": "1.2.3.4", "dns.response.code": "NOERROR"}, "dns", True),
    ("", {"destination.ip": "8.8.8.8"}, "dns", True),
    ("", {"destination.ip": "8.8.8.8"}, "conn", True),
    ("", {"destination.ip": "8.8.8.8"}, "http", False),
]


@pytest.mark.row("network")
@pytest.mark.parametrize(("service", "selection", "path", "expected"), NETWORK)
def test_the_generic_network_category_meets_the_logs_of_every_product(
    service: str, selection: dict[str, object], path: str, expected: bool
) -> None:
    source = {"category": "network", **({"service": service} if service else {})}
    kinds: dict[str, dict[str, Any]] = {"conn": {"orig_bytes": 9}, "http": {"method": "GET"}}
    more = kinds.get(
        path, {"query": "a.example", "qtype_name": "A", "rcode_name": "NOERROR", "answers": ["1.2.3.4"]}
    )
    loaded = ruleset(rule_text({"s": selection}, logsource=source))
    assert not loaded.errors
    assert bool(Engine(loaded).match([network_event(path, **more)])) is expected


@pytest.mark.row("network")
def test_correlations_and_filters_take_the_names_of_the_network_category() -> None:
    source = {"category": "network", "service": "connection"}
    rule = {
        "title": "r", "name": "r", "logsource": source,
        "detection": {"s": {"destination.port": 53}, "condition": "s"},
    }  # fmt: skip
    body: dict[str, Any] = {
        "type": "value_count",
        "rules": ["r"],
        "group-by": ["source.ip"],
        "timespan": "5m",
    }
    body["condition"] = {"field": "destination.ip", "gte": 2}
    left_out = {"rules": "any", "s": {"destination.ip": "8.8.4.4"}, "condition": "not s"}
    loaded = ruleset(
        yaml.safe_dump_all(
            [
                rule,
                {"title": "c", "correlation": body},
                {"title": "f", "logsource": source, "filter": left_out},
            ]
        )
    )
    assert not loaded.errors
    for addresses, expected in ((["1.1.1.1", "2.2.2.2"], ["c"]), (["1.1.1.1", "8.8.4.4"], [])):
        detector = Detector(loaded)
        events = [network_event("conn", **{"id.resp_h": address}) for address in addresses]
        found = detector.feed(events) + detector.flush()
        assert [detection.rule.title for detection in found] == expected
