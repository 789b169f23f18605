"""The OCSF class, activity and status of an event (OCSF 1.8), from its Sigma log source and its own event number."""

from functools import lru_cache
from typing import NamedTuple

from keng.model.event import LogSource

SUCCESS = 1
FAILURE = 2


class Classification(NamedTuple):
    """OCSF numbers; 0 is "base event", "unknown activity", "unknown status"."""

    class_uid: int = 0
    activity_id: int = 0
    status_id: int = 0


_FILE, _MODULE, _PROCESS, _EVENT_LOG, _SCRIPT = 1001, 1005, 1007, 1008, 1009
_REGISTRY_KEY, _REGISTRY_VALUE = 201001, 201002
_FINDING = 2004
_ACCOUNT, _LOGON, _GROUP = 3001, 3002, 3006
_NETWORK, _HTTP, _DNS, _DHCP, _RDP, _SMB, _SSH, _FTP, _MAIL, _NTP = (
    4001, 4002, 4003, 4004, 4005, 4006, 4007, 4008, 4009, 4013,
)  # fmt: skip
_API, _DATASTORE = 6003, 6005

# In this order: an event that belongs to several categories takes the first.
_BY_CATEGORY = {
    "process_creation": Classification(_PROCESS, 1),
    "process_termination": Classification(_PROCESS, 2),
    "process_access": Classification(_PROCESS, 3),
    "create_remote_thread": Classification(_PROCESS, 4),
    "process_tampering": Classification(_PROCESS, 99),
    "image_load": Classification(_MODULE, 1),
    "driver_load": Classification(_MODULE, 1),
    "file_event": Classification(_FILE, 1),
    "create_stream_hash": Classification(_FILE, 1),
    "file_executable_detected": Classification(_FILE, 1),
    "file_access": Classification(_FILE, 2),
    "file_change": Classification(_FILE, 6),
    "file_delete": Classification(_FILE, 4),
    "file_rename": Classification(_FILE, 5),
    "registry_set": Classification(_REGISTRY_VALUE, 2),
    "registry_rename": Classification(_REGISTRY_KEY, 5),
    "registry_add": Classification(_REGISTRY_KEY, 1),
    "registry_delete": Classification(_REGISTRY_KEY, 4),
    "registry_event": Classification(_REGISTRY_KEY),
    "ps_script": Classification(_SCRIPT, 1),
    "ps_module": Classification(_SCRIPT, 1),
    "ps_classic_start": Classification(_SCRIPT, 1),
    "ps_classic_script": Classification(_SCRIPT, 1),
    "network_connection": Classification(_NETWORK, 1),
    "dns_query": Classification(_DNS, 1),
    "dns": Classification(_DNS, 6),
    "proxy": Classification(_HTTP),
    "webserver": Classification(_HTTP),
    "firewall": Classification(_NETWORK, 6),
    "antivirus": Classification(_FINDING, 1),
    "database": Classification(_DATASTORE),
}
_WINDOWS_SECURITY = {
    "1102": Classification(_EVENT_LOG, 1, SUCCESS),
    "4624": Classification(_LOGON, 1, SUCCESS),
    "4625": Classification(_LOGON, 1, FAILURE),
    "4634": Classification(_LOGON, 2, SUCCESS),
    "4647": Classification(_LOGON, 2, SUCCESS),
    "4648": Classification(_LOGON, 1),
    "4768": Classification(_LOGON, 3),
    "4769": Classification(_LOGON, 4),
    "4771": Classification(_LOGON, 3, FAILURE),
    "4776": Classification(_LOGON, 1),
    "4720": Classification(_ACCOUNT, 1, SUCCESS),
    "4722": Classification(_ACCOUNT, 2, SUCCESS),
    "4723": Classification(_ACCOUNT, 3),
    "4724": Classification(_ACCOUNT, 4),
    "4725": Classification(_ACCOUNT, 5, SUCCESS),
    "4726": Classification(_ACCOUNT, 6, SUCCESS),
    "4740": Classification(_ACCOUNT, 9, SUCCESS),
    "4728": Classification(_GROUP, 3, SUCCESS),
    "4732": Classification(_GROUP, 3, SUCCESS),
    "4756": Classification(_GROUP, 3, SUCCESS),
    "4729": Classification(_GROUP, 4, SUCCESS),
    "4733": Classification(_GROUP, 4, SUCCESS),
    "4757": Classification(_GROUP, 4, SUCCESS),
    "5140": Classification(_SMB),
    "5145": Classification(_SMB),
    "5156": Classification(_NETWORK, 6, SUCCESS),
    "5157": Classification(_NETWORK, 6, FAILURE),
}
# Zeek's logs and Suricata's event types.
_NETWORK_SERVICES = {
    "conn": Classification(_NETWORK, 6),
    "flow": Classification(_NETWORK, 6),
    "netflow": Classification(_NETWORK, 6),
    "drop": Classification(_NETWORK, 6, FAILURE),
    "ssl": Classification(_NETWORK, 6),
    "tls": Classification(_NETWORK, 6),
    "http": Classification(_HTTP),
    "dns": Classification(_DNS, 6),
    "dhcp": Classification(_DHCP),
    "rdp": Classification(_RDP),
    "smb": Classification(_SMB),
    "smb_files": Classification(_SMB),
    "smb_mapping": Classification(_SMB),
    "ssh": Classification(_SSH),
    "ftp": Classification(_FTP),
    "ftp_data": Classification(_FTP),
    "smtp": Classification(_MAIL),
    "ntp": Classification(_NTP),
    "kerberos": Classification(_LOGON, 3),
    "krb5": Classification(_LOGON, 3),
    "ntlm": Classification(_LOGON, 1),
    "alert": Classification(_FINDING, 1),
    "notice": Classification(_FINDING, 1),
}
_LINUX_SERVICES = {
    "sshd": Classification(_LOGON, 1),
    "auth": Classification(_LOGON),
    "vsftpd": Classification(_FTP),
}
# Clouds and what runs in them: what was asked of their interfaces, who signed in, what they found themselves.
_CLOUDS = {
    product: Classification(_API)
    for product in ("aws", "azure", "gcp", "m365", "github", "bitbucket", "kubernetes")
}
_CLOUD_SERVICES = {
    ("azure", "signinlogs"): Classification(_LOGON, 1),
    ("azure", "riskdetection"): Classification(_FINDING, 1),
    ("azure", "pim"): Classification(_FINDING, 1),
    ("m365", "threat_management"): Classification(_FINDING, 1),
    ("m365", "threat_detection"): Classification(_FINDING, 1),
    ("gcp", "google_workspace.login"): Classification(_LOGON, 1),
    ("okta", "okta"): Classification(_LOGON),
    ("onelogin", "onelogin.events"): Classification(_LOGON),
    ("cisco", "duo"): Classification(_LOGON, 1),
    ("opencanary", ""): Classification(_FINDING, 1),
}
_AUDITD_TYPES = {
    "SYSCALL": Classification(_PROCESS),
    "EXECVE": Classification(_PROCESS, 1),
    "USER_LOGIN": Classification(_LOGON, 1),
    "USER_AUTH": Classification(_LOGON, 1),
    "USER_LOGOUT": Classification(_LOGON, 2),
    "ADD_USER": Classification(_ACCOUNT, 1),
    "DEL_USER": Classification(_ACCOUNT, 6),
}
_BASE = Classification()


@lru_cache(maxsize=8192)
def classify(logsource: LogSource, code: str) -> Classification:
    """The class of an event. code: Windows event id, auditd type, …; only what this file names has an effect."""
    if logsource.product == "windows" and logsource.service == "security" and code in _WINDOWS_SECURITY:
        return _WINDOWS_SECURITY[code]
    if logsource.product == "windows" and logsource.service == "system" and code == "104":
        return Classification(_EVENT_LOG, 1, SUCCESS)
    if logsource.product in ("zeek", "suricata") and logsource.service in _NETWORK_SERVICES:
        return _NETWORK_SERVICES[logsource.service]
    if (cloud := _CLOUD_SERVICES.get(logsource[:2]) or _CLOUDS.get(logsource.product)) is not None:
        return cloud
    for category in _BY_CATEGORY:
        if category in logsource.categories:
            return _BY_CATEGORY[category]
    if logsource.product == "linux":
        if logsource.service == "auditd":
            return _AUDITD_TYPES.get(code, _BASE)
        return _LINUX_SERVICES.get(logsource.service, _BASE)
    return _BASE
