"""Whose JSON is it, second part: audit logs of clouds, identity providers and applications, and other known emitters.

aws_cloudtrail    {"eventVersion", "eventSource", "eventName", "userIdentity": {…}, …}       (files: {"Records": […]})
azure             {"time", "resourceId", "operationName", "category", "properties": {…}}     diagnostic settings;
                  the same as Log Analytics exports it, and Microsoft Graph's sign-ins, directory audits and risks
m365_audit        {"CreationTime", "Workload", "Operation", "RecordType", …}
gcp_audit         {"protoPayload": {…}, "logName", "resource": {…}}, also under "data"       (Pub/Sub)
google_workspace  {"kind": "admin#reports#activity", "id": {…}, "events": […]}
okta              {"uuid", "published", "eventType", "actor": {…}, "outcome": {…}}
onelogin          {"event_type_id", …}
github_audit      {"action", "actor", "org" or "repo", "created_at" or "@timestamp", …}
bitbucket_audit   {"auditType": {"category", "action"}, "author": {…}, …}
kubernetes_audit  {"kind": "Event", "apiVersion": "audit.k8s.io/v1", "verb", "objectRef": {…}, …}
cisco_duo         {"event_type", "txid", "factor", "result", "reason", …}
opencanary        {"logtype", "logdata": {…}, "src_host", "dst_port", …}
macos_esf         {"schema_version", "mach_time", "event": {…}, "process": {…}}              eslogger
macos_unified     {"eventMessage", "processImagePath", "subsystem", …}                       log stream --style ndjson
osquery           {"name", "hostIdentifier", "columns": {…}, "action"}
application_json  {"logger_name", "thread_name", "level", …} logback, {"loggerName", "thread", …} log4j,
                  {"levelname", …} Python, {"level": 30, "pid", "hostname", "msg"} pino, bunyan
netflow           {"netflow": {"version", …}, …}   what our own receiver makes of a flow
mysql_audit       {"audit_record": {…}} (Percona), {"class", "event", "connection_id", "login": {…}} (Enterprise)
"""

from typing import Any

from keng.formats.json_common import COMMON_SHAPES, common_shape
from keng.formats.json_device import DEVICE_SHAPES, device_shape

CLOUD_SHAPES = (
    "aws_cloudtrail", "azure", "m365_audit", "gcp_audit", "google_workspace", "okta", "onelogin", "github_audit",
    "bitbucket_audit", "kubernetes_audit", "cisco_duo", "opencanary", "macos_esf", "macos_unified", "osquery",
    "mysql_audit", "application_json", "netflow", *COMMON_SHAPES, *DEVICE_SHAPES,
)  # fmt: skip

_LOG_ANALYTICS = frozenset((
    "SigninLogs", "AADNonInteractiveUserSignInLogs", "AADServicePrincipalSignInLogs", "AADManagedIdentitySignInLogs",
    "AuditLogs", "AzureActivity", "AADUserRiskEvents", "AADRiskyUsers",
))  # fmt: skip


def cloud_shape(value: dict[str, Any]) -> str:
    """One of CLOUD_SHAPES, or "json"."""
    if "eventSource" in value and "eventName" in value and ("userIdentity" in value or "awsRegion" in value):
        return "aws_cloudtrail"
    if "insightDetails" in value and "eventVersion" in value:
        return "aws_cloudtrail"
    if ("Workload" in value or "OfficeWorkload" in value) and "Operation" in value:
        return "m365_audit"
    if "eventType" in value and "actor" in value and ("published" in value or "legacyEventType" in value):
        return "okta"
    if "verb" in value and (
        "auditID" in value or str(value.get("apiVersion", "")).startswith("audit.k8s.io")
    ):
        return "kubernetes_audit"
    if _is_gcp(value):
        return "gcp_audit"
    if _is_azure(value):
        return "azure"
    return _application(value)


def _is_gcp(value: dict[str, Any]) -> bool:
    if type(value.get("protoPayload")) is dict:
        return True
    data = value.get("data")
    return type(data) is dict and type(data.get("protoPayload")) is dict


def _is_azure(value: dict[str, Any]) -> bool:
    if "operationName" in value and "category" in value and ("resourceId" in value or "properties" in value):
        # In the same envelope come the hunting tables of Defender and events of Windows.
        return not str(value["category"]).startswith(("AdvancedHunting-", "WindowsEventLogs", "kube-audit"))
    kind = value.get("Type")
    if type(kind) is str and kind in _LOG_ANALYTICS:
        return True
    if "OperationNameValue" in value or "CategoryValue" in value:
        return True
    if "activityDisplayName" in value and ("loggedByService" in value or "targetResources" in value):
        return True
    if "riskEventType" in value or ("conditionalAccessStatus" in value and "userPrincipalName" in value):
        return True
    return "AlertIncident" in str(value.get("@odata.type", "")) or "AlertConfiguration" in str(
        value.get("@odata.type", "")
    )


def _application(value: dict[str, Any]) -> str:
    if value.get("kind") == "admin#reports#activity":
        return "google_workspace"
    if type(value.get("auditType")) is dict:
        return "bitbucket_audit"
    if "event_type_id" in value:
        return "onelogin"
    if "logtype" in value and "logdata" in value:
        return "opencanary"
    if "action" in value and (
        "_document_id" in value
        or ("actor" in value and ("org" in value or "repo" in value or "business" in value))
    ):
        return "github_audit"
    if "txid" in value and ("auth_device" in value or "access_device" in value or "factor" in value):
        return "cisco_duo"
    if "action" in value and ("isotimestamp" in value or ("activity_id" in value and "akey" in value)):
        return "cisco_duo"
    return _machine(value)


def _machine(value: dict[str, Any]) -> str:
    if "schema_version" in value and type(value.get("event")) is dict and type(value.get("process")) is dict:
        return "macos_esf"
    if "eventMessage" in value and ("processImagePath" in value or "machTimestamp" in value):
        return "macos_unified"
    if "hostIdentifier" in value and ("columns" in value or "snapshot" in value):
        return "osquery"
    if type(value.get("audit_record")) is dict or (
        "connection_id" in value and "class" in value and "login" in value
    ):
        return "mysql_audit"
    if common := common_shape(value) or device_shape(value):
        return common
    if type(value.get("netflow")) is dict and "version" in value["netflow"]:
        return "netflow"
    if "level" in value or "levelname" in value:
        return _logger(value)
    return "json"


def _logger(value: dict[str, Any]) -> str:
    java = ("logger_name" in value and "thread_name" in value) or (
        "loggerName" in value and "thread" in value
    )
    python = "levelname" in value and ("name" in value or "asctime" in value or "message" in value)
    node = type(value.get("level")) is int and "pid" in value and "hostname" in value and "msg" in value
    return "application_json" if java or python or node else "json"
