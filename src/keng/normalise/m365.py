"""Microsoft 365's unified audit log.

audit               every workload: Operation, Workload, ResultStatus, … as they are; lists of {Name, Value} (Parameters,
                    OperationProperties, ExtendedProperties, ModifiedProperties) as texts "Name: Value", and
                    RequestType and its like as fields
exchange            changes to federated domains: eventSource, eventName, status
threat_management   alerts of the compliance centre: eventSource, eventName (the alert's name), status
threat_detection    the same, where the alert's category says so
What the last three take meets the rules on audit too: the engine knows audit as the wider service.
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.flatten import flatten
from keng.normalise.nested import items
from keng.normalise.parts import Parts
from keng.normalise.when import iso_us

_PAIRS = ("Parameters", "OperationProperties", "ExtendedProperties", "ModifiedProperties", "DeviceProperties")
_ADDRESSES = ("ClientIP", "ClientIPAddress", "ActorIpAddress", "SenderIp", "Client_IPAddress")


def m365_parts(record: dict[str, Any]) -> Parts:
    """One entry."""
    fields = flatten(record)
    host = str(fields.pop("@host", "") or "")
    for name in _PAIRS:
        _pairs(record.get(name), name, fields)
    workload, operation = (
        str(record.get("Workload") or record.get("OfficeWorkload", "")),
        str(record.get("Operation", "")),
    )
    service = "audit"
    if workload == "SecurityComplianceCenter" and "Alert" in operation:
        service = (
            "threat_detection"
            if str(record.get("Category", "")).replace(" ", "") == "ThreatDetection"
            else "threat_management"
        )
        _named(fields, workload, str(record.get("Name") or operation))
    elif workload == "Exchange" and operation.endswith("FederatedDomain"):
        service = "exchange"
        _named(fields, workload, operation)
    if user := record.get("UserId"):
        fields["User"] = user
    for name in _ADDRESSES:
        if isinstance(address := record.get(name), str) and address:
            fields["src_ip"] = _without_port(address)
            break
    status = str(record.get("ResultStatus", "")).casefold()
    if status:
        fields["outcome"] = (
            "success" if status in ("success", "succeeded", "true", "partiallysucceeded") else "failure"
        )
    if operation == "UserLoginFailed":
        fields["outcome"] = "failure"
    # Log Analytics has its own name for the time.
    time = record.get("CreationTime") or record.get("TimeGenerated", "")
    return Parts(fields, LogSource("m365", service), iso_us(str(time)), host)


def _named(fields: dict[str, Any], source: str, name: str) -> None:
    fields["eventSource"], fields["eventName"] = source, name
    failed = str(fields.get("ResultStatus", "success")).casefold() in ("failed", "failure", "false")
    fields["status"] = "failure" if failed else "success"


def _pairs(value: Any, name: str, fields: dict[str, Any]) -> None:
    """A list of {Name, Value} (or {name, value}) as texts; names that are words also as fields of their own."""
    texts: list[str] = []
    for item in items(value):
        key = item.get("Name", item.get("name"))
        inner = item.get("Value", item.get("value", item.get("NewValue", "")))
        if isinstance(key, str) and isinstance(inner, str | int | float):
            texts.append(f"{key}: {inner}")
            if key.isidentifier() and len(key) < 64:
                fields.setdefault(key, inner)
    if texts:
        fields[name] = texts


def _without_port(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address
