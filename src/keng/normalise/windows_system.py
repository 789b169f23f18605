"""The header of a Windows event under the names that flattening EVTX gives it, whatever shipper wrote it."""

from typing import Any

from keng.normalise.logsource import windows_logsource
from keng.normalise.parts import Parts
from keng.normalise.when import iso_us
from keng.normalise.windows import complete, event_id
from keng.normalise.windows_message import data_of_message
from keng.normalise.windows_names import NAMED, add_names

_LEVELS = {"critical": 1, "error": 2, "warning": 3, "information": 4, "info": 4, "verbose": 5}
_AUDIT = {"audit failure": "0x8010000000000000", "audit success": "0x8020000000000000"}
_AUDIT |= {name.title(): value for name, value in _AUDIT.items()}
IDENTITY = ("EventID", "Provider_Name", "Computer", "EventRecordID")
"""Data never replaces these."""
HEADER = frozenset(
    (
        *IDENTITY,
        "Provider_Guid",
        "Version",
        "Level",
        "Task",
        "Opcode",
        "Keywords",
        "TimeCreated_SystemTime",
        "Correlation_ActivityID",
        "Correlation_RelatedActivityID",
        "Execution_ProcessID",
        "Execution_ThreadID",
        "Channel",
        "Security_UserID",
        "Message",
        "AccountName",
        "AccountType",
        "Domain",
        "Category",
    )
)
SYSMON_CHANNEL = "Microsoft-Windows-Sysmon/Operational"


def finish(fields: dict[str, Any], host: str = "") -> Parts:
    """An event whose header and data lie in `fields` together (no nulls): Sigma's names completed, log source,
    time, host. Changes `fields`."""
    channel = fields.get("Channel") or ""
    if type(channel) is not str:
        channel = str(channel)
    message = fields.get("Message")
    if type(message) is str and message:
        _data_from_message(fields, channel, message)
    number = fields.get("EventID")
    if type(number) is not int:
        number = event_id(fields)
        if number:
            fields["EventID"] = number
    if number == 4688:
        fields = complete(fields, channel)
    source = windows_logsource(channel, str(fields.get("Provider_Name") or ""), number)
    if source.service in NAMED:
        add_names(fields, source)
    time = fields.get("TimeCreated_SystemTime")
    return Parts(
        fields,
        source,
        iso_us(time) if type(time) is str else 0,
        str(fields.get("Computer") or host),
    )


def is_said_only(fields: dict[str, Any], message: Any) -> bool:
    """Whether a Security event's data stand in its rendered text alone."""
    return (
        "SubjectUserName" not in fields
        and "TargetUserName" not in fields
        and type(message) is str
        and "Account Name:" in message
    )


def _data_from_message(fields: dict[str, Any], channel: str, message: str) -> None:
    """Shippers that drop the data and keep the rendered text: Sysmon's text is "Name: value" lines, Security's
    has its data under labels, and classic PowerShell's and other unnamed data is the text itself."""
    if channel == SYSMON_CHANNEL:
        if "UtcTime" not in fields:
            for line in message.splitlines()[1:]:
                name, colon, value = line.partition(": ")
                if colon and name.isalnum():
                    fields.setdefault(name, value)
    elif channel == "Security" and is_said_only(fields, message):
        for name, value in data_of_message(message).items():
            fields.setdefault(name, value)
    elif "Data" not in fields and (channel == "Windows PowerShell" or _nothing_named(fields)):
        unnamed = [value for name, value in fields.items() if not _is_named(name)]
        fields["Data"] = unnamed or message


def _nothing_named(fields: dict[str, Any]) -> bool:
    # From the end: data stand behind the header, and the first name that means something decides.
    for name in reversed(fields):  # noqa: SIM110 - a generator costs more here
        if name not in HEADER and _is_named(name):
            return False
    return True


def _is_named(name: str) -> bool:
    return not (name[:5] == "param" and name[5:].isdigit())


def level_number(value: Any) -> Any:
    """Level as the number that Windows writes."""
    return _LEVELS.get(value.casefold(), value) if isinstance(value, str) else value


def keywords_hex(value: Any) -> Any:
    """Keywords as EVTX has them: "0x8020000000000000"."""
    if type(value) is list and len(value) == 1 and type(value[0]) is str and value[0] in _AUDIT:
        return _AUDIT[value[0]]
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
