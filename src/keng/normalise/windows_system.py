"""The header of a Windows event under the names that flattening EVTX gives it, whatever shipper wrote it."""

from typing import Any

from keng.normalise.logsource import windows_logsource
from keng.normalise.parts import Parts
from keng.normalise.windows import complete, event_id, time_us

_LEVELS = {"critical": 1, "error": 2, "warning": 3, "information": 4, "info": 4, "verbose": 5}
_AUDIT = {"audit failure": "0x8010000000000000", "audit success": "0x8020000000000000"}
_IDENTITY = ("EventID", "Provider_Name", "Computer", "EventRecordID")
SYSMON_CHANNEL = "Microsoft-Windows-Sysmon/Operational"


def finish(fields: dict[str, Any], payload: dict[str, Any], host: str = "") -> Parts:
    """Header fields and payload together: Sigma's names completed, log source, time, host."""
    message = payload.pop("Message", None)
    fields.update(
        (name, value) for name, value in payload.items() if value is not None and name not in _IDENTITY
    )
    fields = {name: value for name, value in fields.items() if value is not None}
    channel = str(fields.get("Channel") or "")
    provider = str(fields.get("Provider_Name") or "")
    if isinstance(message, str) and message:
        fields["Message"] = message
        _payload_from_message(fields, payload, channel, provider, message)
    if isinstance(fields.get("EventID"), str) and fields["EventID"].strip().isdecimal():
        fields["EventID"] = event_id(fields)
    fields = complete(fields, channel)
    return Parts(
        fields,
        windows_logsource(channel, provider, event_id(fields)),
        time_us(fields.get("TimeCreated_SystemTime")),
        str(fields.get("Computer") or host),
    )


def _payload_from_message(
    fields: dict[str, Any], payload: dict[str, Any], channel: str, provider: str, message: str
) -> None:
    """Shippers that drop the data and keep the rendered text: Sysmon's text is "Name: value" lines, and classic
    PowerShell's and other unnamed data is the text itself."""
    if channel == SYSMON_CHANNEL and "UtcTime" not in payload:
        for line in message.splitlines()[1:]:
            name, colon, value = line.partition(": ")
            if colon and name.isalnum():
                fields.setdefault(name, value)
    elif "Data" not in fields and (provider == "PowerShell" or not _named(payload)):
        unnamed = [payload[name] for name in payload if name.startswith("param") and name[5:].isdigit()]
        fields["Data"] = unnamed or message


def _named(payload: dict[str, Any]) -> bool:
    return any(not (name.startswith("param") and name[5:].isdigit()) for name in payload)


def level_number(value: Any) -> Any:
    """Level as the number that Windows writes."""
    return _LEVELS.get(value.casefold(), value) if isinstance(value, str) else value


def keywords_hex(value: Any) -> Any:
    """Keywords as EVTX has them: "0x8020000000000000"."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return f"0x{value & 0xFFFFFFFFFFFFFFFF:x}"
    for item in value if isinstance(value, list) else (value,):
        if isinstance(item, str) and item.casefold() in _AUDIT:
            return _AUDIT[item.casefold()]
    return value


def leaves(value: dict[str, Any], out: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    """Every leaf under its own name."""
    for name, item in value.items():
        if isinstance(item, dict):
            if depth < 16:
                leaves(item, out, depth + 1)
        else:
            out.setdefault(name, item)
    return out
