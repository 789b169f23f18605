"""Names that rules use and a Windows channel writes otherwise: Defender's, with blanks, and RPC Firewall's, with none.

windefend      "Threat Name" is also ThreatName and Threat_Name; what it found is also Signature and Filename
rpc_firewall   eleven values without names become InterfaceUuid, OpNum, … in the order in which the product writes them
"""

from typing import Any

from keng.model.event import LogSource

_RPC = (
    "Function", "ProcessId", "Image", "Protocol", "Endpoint", "ClientNetworkAddress", "InterfaceUuid", "OpNum",
    "SecurityContext", "AuthenticationLevel", "AuthenticationService",
)  # fmt: skip
_NUMBERS = ("OpNum", "ProcessId")
NAMED = frozenset(("windefend", "rpcfw"))
"""Services whose events `add_names` completes."""

MAX_NAME = 64


def add_names(fields: dict[str, Any], source: LogSource) -> None:
    """Complete the fields of an event of one of these sources; of others nothing changes."""
    if source.service == "windefend":
        _defender(fields)
    elif source.service == "rpcfw":
        _rpc_firewall(fields)


def _defender(fields: dict[str, Any]) -> None:
    for name in [name for name in fields if " " in name and len(name) <= MAX_NAME]:
        fields.setdefault(name.replace(" ", ""), fields[name])
        fields.setdefault(name.replace(" ", "_"), fields[name])
    if threat := fields.get("ThreatName"):
        fields.setdefault("Signature", threat)
        path = fields.get("Path")
        if isinstance(path, str) and path:
            # file:_C:\a.exe; containerfile:_C:\b.zip
            first = path.split(";", 1)[0].strip()
            kind, mark, rest = first.partition(":_")
            fields.setdefault("Filename", rest if mark and kind.isalpha() else first)


def _rpc_firewall(fields: dict[str, Any]) -> None:
    fields.setdefault("EventLog", "RPCFW")
    data = fields.get("Data")
    if data is None:
        # Shippers number what has no name.
        data = [fields[name] for number in range(1, 12) if (name := f"param{number}") in fields]
    if isinstance(data, list) and len(data) >= 8:
        for name, value in zip(_RPC, data, strict=False):
            if (
                isinstance(value, str)
                and name in _NUMBERS
                and value.isascii()
                and value.isdigit()
                and len(value) < 12
            ):
                value = int(value)
            fields.setdefault(name, value)
        fields.setdefault("src_ip", fields.get("ClientNetworkAddress"))
