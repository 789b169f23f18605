"""Windows events as Snare, and NXLog in its manner, send them by syslog: one line with tabs.

    MSWinEventLog<TAB>1<TAB>Security<TAB>100<TAB>Wed May 01 12:00:00 2024<TAB>4625<TAB>Microsoft-Windows-Security-Auditing
    <TAB>an<TAB>N/A<TAB>Failure Audit<TAB>dc-01<TAB>Logon<TAB><TAB>An account failed to log on. …<TAB>99

The header becomes the names of a flat Windows event, the text its Message; what the text says of accounts and addresses is
not taken apart, since its words depend on the system's language.
"""

from datetime import UTC, datetime
from typing import Any

_MARK = "MSWinEventLog\t"
_LEAST = 12


def fields_of(program: str, message: str) -> dict[str, Any] | None:
    """The fields of a flat Windows event; None if the message is none of Snare's."""
    if program == "MSWinEventLog":
        columns = message.strip(" ").split("\t")
    elif (place := message.find(_MARK, 0, 64)) >= 0:
        columns = message[place + len(_MARK) :].split("\t")
    else:
        return None
    if columns and columns[0] == "":
        columns = columns[1:]
    if len(columns) < _LEAST or not columns[4].isascii() or not columns[4].isdigit() or len(columns[4]) > 6:
        return None
    fields: dict[str, Any] = {
        "EventID": int(columns[4]),
        "Channel": columns[1],
        "SourceName": columns[5],
        "Hostname": columns[9],
        "EventTime": _iso(columns[3]),
        "EventType": columns[8]
        .replace("Failure Audit", "AUDIT_FAILURE")
        .replace("Success Audit", "AUDIT_SUCCESS"),
        "Message": columns[12] if len(columns) > 12 and columns[12] else columns[-1],
    }
    if columns[6] not in ("", "N/A"):
        fields["AccountName"] = columns[6]
    return fields


def _iso(text: str) -> str:
    """ISO 8601 of a time such as Wed May 01 12:00:00 2024, which has no zone; other text as it is."""
    try:
        moment = datetime.strptime(text, "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
        return moment.replace(tzinfo=None).isoformat()
    except ValueError:
        return text
