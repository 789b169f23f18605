"""Whose JSON is it, fourth part: sensors on machines, databases and cloud proxies.

defender_xdr      {"ActionType", "DeviceName", …}                    the hunting tables of Microsoft Defender
laurel            {"ID": "1795489872.123:77", "SYSCALL": {…}, "EXECVE": {"ARGV": […]}, …}   auditd's events whole
falco             {"rule", "priority", "output_fields": {…}}
database_audit    {"action_id", "server_principal_name", …}          SQL Server; {"msg-type": "activity", …}  MySQL by McAfee
cloud_proxy       {"urlcategory", "requestmethod", …}                Zscaler; {"QueryName", "ResolverDecision"}  Cloudflare
antivirus         findings of ESET, Sophos Central, SentinelOne, CrowdStrike: see `normalise.antivirus`
gitlab_audit      {"author_name", "entity_type", "target_type", …}
"""

from typing import Any

DEVICE_SHAPES = (
    "defender_xdr",
    "laurel",
    "falco",
    "database_audit",
    "cloud_proxy",
    "gitlab_audit",
    "antivirus",
)
_OF_AUDIT = frozenset(
    ("SYSCALL", "EXECVE", "PATH", "SOCKADDR", "PROCTITLE", "CONFIG_CHANGE", "USER_LOGIN", "USER_CMD")
)


def device_shape(value: dict[str, Any]) -> str:
    """One of DEVICE_SHAPES, or ""."""
    if "ActionType" in value and ("DeviceName" in value or "DeviceId" in value):
        return "defender_xdr"
    if type(value.get("ID")) is str and not _OF_AUDIT.isdisjoint(value):
        return "laurel"
    if "rule" in value and "priority" in value and type(value.get("output_fields")) is dict:
        return "falco"
    if "action_id" in value and ("server_principal_name" in value or "server_instance_name" in value):
        return "database_audit"
    if value.get("msg-type") in ("activity", "header") and "date" in value:
        return "database_audit"
    if "urlcategory" in value and ("ClientIP" in value or "requestmethod" in value):
        return "cloud_proxy"
    if "QueryName" in value and ("ResolverDecision" in value or "SrcIP" in value):
        return "cloud_proxy"
    if "entity_type" in value and "author_id" in value:
        return "gitlab_audit"
    return "antivirus" if _is_finding(value) else ""


def _is_finding(value: dict[str, Any]) -> bool:
    if "threat_name" in value and ("object_uri" in value or "scanner_id" in value):
        return True
    if "endpoint_id" in value and str(value.get("type", "")).startswith("Event::Endpoint::Threat"):
        return True
    inner = value.get("threatInfo")
    if type(inner) is dict and "threatName" in inner:
        return True
    about = value.get("metadata")
    return type(about) is dict and str(about.get("eventType", "")).endswith("DetectionSummaryEvent")
