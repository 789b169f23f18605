"""Channels, providers and event ids to Sigma's log sources."""

import pytest

from keng.model.event import LogSource
from keng.normalise.logsource import sysmon_linux_logsource, windows_logsource

SYSMON = "Microsoft-Windows-Sysmon/Operational"


@pytest.mark.parametrize(
    ("channel", "provider", "number", "service", "categories"),
    [
        (SYSMON, "Microsoft-Windows-Sysmon", 1, "sysmon", ("process_creation",)),
        (SYSMON, "", 12, "sysmon", ("registry_add", "registry_delete", "registry_event")),
        (SYSMON, "", 13, "sysmon", ("registry_event", "registry_set")),
        (SYSMON, "", 255, "sysmon", ("sysmon_error",)),
        ("Security", "Microsoft-Windows-Security-Auditing", 4688, "security", ("process_creation",)),
        ("SECURITY", "", 4624, "security", ()),
        ("System", "Service Control Manager", 7045, "system", ()),
        ("Microsoft-Windows-PowerShell/Operational", "", 4104, "powershell", ("ps_script",)),
        ("PowerShellCore/Operational", "", 4103, "powershell", ("ps_module",)),
        ("Windows PowerShell", "", 400, "powershell-classic", ("ps_classic_start",)),
        ("Windows PowerShell", "", 600, "powershell-classic", ("ps_classic_provider_start",)),
        ("Microsoft-Windows-Windows Defender/Operational", "", 1116, "windefend", ("antivirus",)),
        ("ForwardedEvents", "Microsoft-Windows-Sysmon", 3, "sysmon", ("network_connection",)),
        ("Some Vendor/Admin", "", 1, "", ()),
        ("", "Microsoft-Windows-Kernel-File", 12, "", ("file_access",)),
    ],
)
def test_windows(channel: str, provider: str, number: int, service: str, categories: tuple[str, ...]) -> None:
    assert windows_logsource(channel, provider, number) == LogSource("windows", service, categories)


def test_the_rpc_firewall_is_a_product_of_its_own() -> None:
    assert windows_logsource("RPCFW", "RPCFW", 3) == LogSource("rpc_firewall", "rpcfw", ("application",))


def test_sysmon_for_linux() -> None:
    assert sysmon_linux_logsource(11) == LogSource("linux", "sysmon", ("file_event",))


def test_categories_are_sorted() -> None:
    for number in range(256):
        categories = windows_logsource(SYSMON, "", number).categories
        assert list(categories) == sorted(categories)
