"""Windows events in the form in which nearly all of them come, flattened without a detour.

The parser `evtx` and evtx_dump write `System` with the same parts in the same order, scalars or attributes, and
`EventData` with one scalar a name. What differs in any way is left to `windows.py`, which takes everything and
gives the same.
"""

from typing import Any

_ATTRIBUTES = "#attributes"
_PARTS = (
    "Provider", "EventID", "Version", "Level", "Task", "Opcode", "Keywords", "TimeCreated", "EventRecordID",
    "Correlation", "Execution", "Channel", "Computer", "Security",
)  # fmt: skip
_NESTED = frozenset((dict, list))


def usual_fields(event: dict[str, Any]) -> dict[str, Any] | None:
    """The fields of an event, or None if it has another form."""
    system, data = event.get("System"), event.get("EventData")
    if type(system) is not dict or "EventData" not in event or len(event) != 2 + (_ATTRIBUTES in event):
        return None
    fields = _header(system)
    if fields is None:
        return None
    if data is not None:
        if type(data) is not dict:
            return None
        # A name that stands in both, or something nested: not usual.
        number = len(fields) + len(data)
        fields |= data
        if len(fields) != number:
            return None
    return fields if _NESTED.isdisjoint(map(type, fields.values())) else None


def _header(system: dict[str, Any]) -> dict[str, Any] | None:
    if tuple(system) != _PARTS:
        return None
    (
        provider, number, version, level, task, opcode, keywords, created, record_id, correlation, execution, channel,
        computer, security,
    ) = system.values()  # fmt: skip
    try:
        # A part with more than attributes, or with attributes of another kind, is not usual.
        if len(provider) + len(created) + len(execution) != 3:
            return None
        made, by, ran = provider[_ATTRIBUTES], created[_ATTRIBUTES], execution[_ATTRIBUTES]
        if len(made) != 2 or len(by) != 1 or len(ran) != 2:
            return None
        fields = {
            "Provider_Name": made["Name"],
            "Provider_Guid": made["Guid"],
            "EventID": number,
            "Version": version,
            "Level": level,
            "Task": task,
            "Opcode": opcode,
            "Keywords": keywords,
            "TimeCreated_SystemTime": by["SystemTime"],
            "EventRecordID": record_id,
        }
        if correlation is None:
            fields["Correlation"] = None
        elif len(correlation) == 1:
            for name, value in correlation[_ATTRIBUTES].items():
                fields[f"Correlation_{name}"] = value
        else:
            return None
        fields["Execution_ProcessID"] = ran["ProcessID"]
        fields["Execution_ThreadID"] = ran["ThreadID"]
        fields["Channel"] = channel
        fields["Computer"] = computer
        if security is None:
            fields["Security"] = None
        elif len(security) == 1 and len(by := security[_ATTRIBUTES]) == 1:
            fields["Security_UserID"] = by["UserID"]
        else:
            return None
    except (KeyError, TypeError, AttributeError):
        return None
    return fields
