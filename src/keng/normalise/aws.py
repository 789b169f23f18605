"""AWS CloudTrail: its own names with dots, as SigmaHQ's rules have them.

requestParameters, responseElements and additionalEventData are also there whole, as JSON text. Beside them src_ip
(where sourceIPAddress is an address), User, outcome ("failure" with an errorCode or a failed ConsoleLogin).
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.flatten import flatten
from keng.normalise.nested import as_text, at, text_at
from keng.normalise.parts import Parts
from keng.normalise.when import iso_us

_SOURCE = LogSource("aws", "cloudtrail")
_WHOLE = ("requestParameters", "responseElements", "additionalEventData")
_USERS = (
    "userIdentity.userName",
    "userIdentity.sessionContext.sessionIssuer.userName",
    "userIdentity.arn",
    "userIdentity.principalId",
)


def aws_parts(record: dict[str, Any]) -> Parts:
    """One CloudTrail event."""
    fields = flatten(record)
    host = str(fields.pop("@host", "") or "")
    for name in _WHOLE:
        if isinstance(value := record.get(name), dict | list) and value and (text := as_text(value)):
            fields[name] = text
    address = fields.get("sourceIPAddress")
    if (
        isinstance(address, str)
        and address[:1].isalnum()
        and not address.endswith(".com")
        and " " not in address
    ):
        fields["src_ip"] = address
    if user := next((found for path in _USERS if (found := text_at(record, path))), ""):
        fields["User"] = user
    failed = (
        fields.get("errorCode") not in (None, "", "Success")
        or at(record, "responseElements.ConsoleLogin") == "Failure"
    )
    fields["outcome"] = "failure" if failed else "success"
    fields.setdefault("status", fields["outcome"])
    return Parts(
        fields,
        _SOURCE,
        iso_us(str(record.get("eventTime", ""))),
        host or text_at(record, "recipientAccountId"),
    )
