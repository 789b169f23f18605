"""Kubernetes' audit log: own names with dots (objectRef.resource, verb, responseStatus.code, …).

Beside them, for rules: hostPath (paths mounted from the node), capabilities (added to containers), apiGroup; and User,
src_ip, outcome ("failure" from status 400 on). Service audit, category application: SigmaHQ has rules for both.
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.flatten import flatten
from keng.normalise.nested import at, items, text_at
from keng.normalise.parts import Parts
from keng.normalise.when import iso_us

_SOURCE = LogSource("kubernetes", "audit", ("application",))
_PODS = (
    "requestObject.spec",
    "requestObject.spec.template.spec",
    "requestObject.spec.jobTemplate.spec.template.spec",
)
_TIMES = ("requestReceivedTimestamp", "stageTimestamp", "timestamp")


def kubernetes_parts(record: dict[str, Any]) -> Parts:
    """One audit event."""
    fields = flatten(record)
    host = str(fields.pop("@host", "") or "")
    for path in _PODS:
        _pod(at(record, path), fields)
    group = text_at(record, "objectRef.apiGroup")
    addresses = record.get("sourceIPs")
    names = (
        ("apiGroup", group),
        ("User", text_at(record, "user.username")),
        (
            "src_ip",
            addresses[0]
            if isinstance(addresses, list) and addresses and isinstance(addresses[0], str)
            else "",
        ),
        ("cs-user-agent", text_at(record, "userAgent")),
    )
    fields.update((name, value) for name, value in names if value)
    code = at(record, "responseStatus.code")
    if isinstance(code, int) and not isinstance(code, bool):
        fields["outcome"] = "success" if code < 400 else "failure"
    time_us = next((found for name in _TIMES if (found := iso_us(text_at(record, name)))), 0)
    return Parts(fields, _SOURCE, time_us, host)


def _pod(spec: Any, fields: dict[str, Any]) -> None:
    if not isinstance(spec, dict):
        return
    paths = [path for volume in items(spec.get("volumes")) if (path := text_at(volume, "hostPath.path"))]
    added: list[str] = []
    for kind in ("containers", "initContainers"):
        for container in items(spec.get(kind)):
            capabilities = at(container, "securityContext.capabilities.add")
            if isinstance(capabilities, list):
                added += [str(one) for one in capabilities[:64]]
    if paths:
        fields["hostPath"] = paths
    if added:
        fields["capabilities"] = added
