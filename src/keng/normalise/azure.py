"""Azure and Entra ID: activity, sign-in and audit logs, risk detections, and alerts of Privileged Identity Management.

Three shippers write the same entries: diagnostic settings (nested under "properties"), Log Analytics (flat, capital
names) and Microsoft Graph. All names stay, those under "properties" also without it; and each name that SigmaHQ's rules
use is there in their spelling, whichever way it came (compared without case).

activitylogs    operationName in capitals, as the portal writes it; OperationNameValue, ResourceProviderValue, …
signinlogs      ResultType as a number, Status "Success" or "Failure: reason", ClientApp, DeviceDetail.…, User, src_ip
auditlogs       OperationName, properties.message and ActivityType: the activity's name; Status, Target, TargetResources
                whole as JSON text; TargetResources.ModifiedProperties.…
riskdetection   riskEventType
pim             riskEventType: the type of the alert
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.flatten import flatten
from keng.normalise.nested import as_text, items
from keng.normalise.parts import Parts
from keng.normalise.verdict import number
from keng.normalise.when import iso_us

_CLAIMS = ("/upn", "/emailaddress", "claims.name", "/name")
_SIGN_IN = ("SignIn", "Signin", "Sign-in")
_TIMES = (
    "time",
    "TimeGenerated",
    "createdDateTime",
    "activityDateTime",
    "detectedDateTime",
    "eventTimestamp",
)
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "activitylogs": ("operationName", "CategoryValue", "ResourceProviderValue", "OperationNameValue", "ResourceId"),
    "signinlogs": (
        "userAgent", "ResultType", "ResultDescription", "RiskState", "AuthenticationRequirement", "DeviceDetail.trusttype",
        "DeviceDetail.deviceId", "DeviceDetail.isCompliant", "ResourceDisplayName", "conditionalAccessStatus",
        "NetworkLocationDetails",
    ),
    "auditlogs": (
        "LoggedByService", "OperationName", "operationName", "Category", "category", "ActivityDisplayName",
        "TargetResources.ModifiedProperties.DisplayName", "TargetResources.ModifiedProperties.NewValue",
        "TargetResources.modifiedProperties.newValue", "targetResources.type", "additionalDetails.additionalInfo",
        "properties.result", "ConsentContext.IsAdminConsent", "failure_status_reason",
    ),
    "riskdetection": ("riskEventType",),
    "pim": ("riskEventType",),
}  # fmt: skip


def azure_parts(record: dict[str, Any]) -> Parts:
    """One entry of any of these logs."""
    fields = flatten(record)
    host = str(fields.pop("@host", "") or "")
    service = _service(record, fields)
    inner = record.get("properties")
    inner = inner if isinstance(inner, dict) else record
    for name, value in list(fields.items()):
        if name.startswith("properties."):
            fields.setdefault(name[11:], value)
    lower = {name.casefold(): value for name, value in fields.items()}
    _COMPLETE[service](fields, lower, inner)
    lower.update((name.casefold(), value) for name, value in fields.items())
    for name in _SPELLINGS[service]:
        if name not in fields and (value := lower.get(name.casefold())) is not None:
            fields[name] = value
    _who(fields, lower)
    time_us = next((found for name in _TIMES if (found := iso_us(str(fields.get(name, ""))))), 0)
    return Parts(fields, LogSource("azure", service), time_us, host or str(lower.get("resourcegroup", "")))


def _service(record: dict[str, Any], fields: dict[str, Any]) -> str:
    kind = str(record.get("@odata.type", ""))
    if "AlertIncident" in kind or "AlertConfiguration" in kind:
        return "pim"
    if "riskEventType" in record or "properties.riskEventType" in fields:
        return (
            "pim"
            if "Alert" in str(fields.get("riskEventType") or fields.get("properties.riskEventType"))
            else "riskdetection"
        )
    name = str(record.get("Type") or record.get("category") or record.get("Category") or "")
    if any(sign in name for sign in _SIGN_IN) or "conditionalAccessStatus" in record:
        return "signinlogs"
    if name == "AuditLogs" or "activityDisplayName" in record or "properties.activityDisplayName" in fields:
        return "auditlogs"
    return "activitylogs"


def _activity(fields: dict[str, Any], lower: dict[str, Any], _inner: dict[str, Any]) -> None:
    operation = (
        lower.get("operationnamevalue") or lower.get("operationname.value") or lower.get("operationname")
    )
    if isinstance(operation, str):
        fields["operationName"] = operation.upper() if "/" in operation else operation
        fields.setdefault("OperationNameValue", operation)
        fields.setdefault("ResourceProviderValue", operation.partition("/")[0])
    if "CategoryValue" not in fields and isinstance(category := lower.get("category"), str):
        fields["CategoryValue"] = category
    if "properties.message" not in fields and isinstance(message := lower.get("message"), str):
        fields["properties.message"] = message


def _sign_in(fields: dict[str, Any], lower: dict[str, Any], inner: dict[str, Any]) -> None:
    code = lower.get("resulttype", lower.get("status.errorcode"))
    fields["ResultType"] = code = number(code) if code is not None else 0
    reason = lower.get("resultdescription") or lower.get("status.failurereason") or ""
    reason = "" if reason == "Other." else reason
    detail = lower.get("status.additionaldetails") or ""
    fields["Status"] = "Success" if code == 0 else f"Failure: {reason} {detail}".strip()
    fields["outcome"] = "success" if code == 0 else "failure"
    if reason:
        fields["ResultDescription"] = fields["Resultdescription"] = reason
    fields["ActivityDetails"] = "Sign-ins"
    names = (("ClientApp", "clientappused"), ("Username", "userprincipalname"))
    fields.update((name, lower[raw]) for name, raw in names if raw in lower)
    fields.setdefault(
        "properties.message", lower.get("authenticationprotocol") or lower.get("operationname") or ""
    )
    places = inner.get("networkLocationDetails", inner.get("NetworkLocationDetails"))
    if isinstance(places, list):
        fields["NetworkLocationDetails"] = as_text(places)


def _audit(fields: dict[str, Any], lower: dict[str, Any], inner: dict[str, Any]) -> None:
    activity = lower.get("activitydisplayname") or lower.get("operationname")
    if isinstance(activity, str):
        for name in ("ActivityType", "activityType", "properties.message", "ActivityDisplayName"):
            fields.setdefault(name, activity)
        # Diagnostic settings have it in both places; Graph has only the activity.
        fields.setdefault("operationName", activity)
        fields.setdefault("OperationName", activity)
    result = lower.get("result")
    if isinstance(result, str):
        fields["Status"] = result
        fields["outcome"] = result if result in ("success", "failure") else ""
    if isinstance(reason := lower.get("resultreason"), str) and reason:
        fields["failure_status_reason"] = reason
        if result == "success":
            fields["Status"] = ["success", reason]
    targets = inner.get("targetResources", inner.get("TargetResources"))
    if isinstance(targets, list | dict):
        text = as_text(targets)
        fields["TargetResources"] = fields["properties.targetResources"] = text
        names = [
            lower[name]
            for name in ("targetresources.userprincipalname", "targetresources.displayname")
            if lower.get(name)
        ]
        if names:
            fields["Target"] = names[0]
        changed = [item["modifiedProperties"] for item in items(targets) if "modifiedProperties" in item]
        if changed:
            fields["TargetResources.modifiedProperties"] = as_text(changed)
            _named(changed, fields)
    for item in items(inner.get("additionalDetails", inner.get("AdditionalDetails")), 64):
        key, value = item.get("key"), item.get("value")
        if isinstance(key, str) and len(key) < 64 and isinstance(value, str):
            fields.setdefault(f"additionalDetails.{key}", value)
    if who := lower.get("initiatedby.user.userprincipalname"):
        fields["Initiatedby"] = who


def _named(changed: list[Any], fields: dict[str, Any]) -> None:
    """What was changed, under its own name (ConsentContext.IsAdminConsent); values come as JSON texts."""
    for item in [item for part in changed for item in items(part, 64)]:
        key, value = item.get("displayName"), item.get("newValue")
        if isinstance(key, str) and 0 < len(key) < 64 and isinstance(value, str):
            fields.setdefault(key, value.strip('"'))


def _risk(fields: dict[str, Any], lower: dict[str, Any], _inner: dict[str, Any]) -> None:
    if isinstance(state := lower.get("riskstate"), str):
        fields["RiskState"] = state


def _alert(fields: dict[str, Any], _lower: dict[str, Any], _inner: dict[str, Any]) -> None:
    if kind := str(fields.get("@odata.type", "")):
        fields.setdefault("riskEventType", kind.rpartition(".")[2])


_COMPLETE = {
    "activitylogs": _activity,
    "signinlogs": _sign_in,
    "auditlogs": _audit,
    "riskdetection": _risk,
    "pim": _alert,
}


def _who(fields: dict[str, Any], lower: dict[str, Any]) -> None:
    """User and address under the names that search and the other sources have."""
    user = (
        lower.get("userprincipalname")
        or lower.get("initiatedby.user.userprincipalname")
        or lower.get("caller")
        or next(
            (
                value
                for name, value in lower.items()
                if name.startswith("identity.claims") and name.endswith(_CLAIMS)
            ),
            "",
        )
    )
    if isinstance(user, str) and user:
        fields["User"] = user
    address = (
        lower.get("ipaddress") or lower.get("calleripaddress") or lower.get("initiatedby.user.ipaddress")
    )
    if isinstance(address, str) and address:
        fields["src_ip"] = address
