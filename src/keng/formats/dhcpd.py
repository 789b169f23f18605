"""ISC dhcpd and Kea: the message of the syslog programs "dhcpd" and "kea-dhcp4".

    DHCPDISCOVER from aa:bb:cc:dd:ee:ff (name) via eth0
    DHCPREQUEST for 10.0.0.1 (192.0.2.1) from aa:bb:cc:dd:ee:ff (name) via eth0
    DHCPACK on 10.0.0.1 to aa:bb:cc:dd:ee:ff (name) via eth0
    DHCP4_LEASE_ALLOC [hwtype=1 aa:bb:…], cid=[no info], tid=0x1: lease 10.0.0.1 has been allocated for 3600 seconds

Fields: action, ip, server_ip, mac, client_name, interface, message.
"""

import re
from typing import Any

_MAC = r"((?:[0-9A-Fa-f]{1,2}:){5,19}[0-9A-Fa-f]{1,2})"
_MESSAGE = re.compile(
    r"(DHCP[A-Z]{3,9}|BOOTREQUEST|BOOTREPLY)(?: (?:for|on|of) ([0-9.]{7,15}))?(?: \(([0-9.]{7,15})\))?"
    rf"(?: (?:from|to) {_MAC})?(?: \(([^)\n]{{1,255}})\))?(?: via ([\w.\-]{{1,32}}))?"
)
_KEA = re.compile(
    rf"(?:\S{{1,16}} \[[^\]\n]{{1,128}}\] )?(DHCP[46]_LEASE_[A-Z]{{3,16}}) \[(?:hwtype=\d{{1,3}} )?{_MAC}\].{{0,256}}?lease ([0-9A-Fa-f.:]{{2,45}}) "
)
_KEA_FILE = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3,6}) {1,4}(?:INFO|WARN|ERROR|FATAL|DEBUG) {1,4}(?=\[kea-dhcp[46]\.)"
)
_NAMES = ("action", "ip", "server_ip", "mac", "client_name", "interface")


def fields_of(message: str) -> dict[str, Any] | None:
    """The fields of one message; None for those that are no exchange of DHCP."""
    if match := _MESSAGE.match(message[:1024]):
        fields: dict[str, Any] = {"message": message}
        fields.update((name, value) for name, value in zip(_NAMES, match.groups(), strict=True) if value)
        return fields
    if "_LEASE_" in message[:512] and (match := _KEA.search(message[:1024])):
        return {"message": message, "action": match[1], "mac": match[2], "ip": match[3]}
    return None


def line_fields(text: str) -> dict[str, Any] | None:
    """The fields of one line of Kea's own log file; None for others."""
    if not (stamp := _KEA_FILE.match(text)):
        return None
    message = text[stamp.end() :]
    return {"timestamp": stamp[1], **(fields_of(message) or {"message": message})}
