"""DHCP servers. ISC dhcpd and Kea: the message of the syslog programs "dhcpd" and "kea-dhcp4".

    DHCPDISCOVER from aa:bb:cc:dd:ee:ff (name) via eth0
    DHCPREQUEST for 10.0.0.1 (192.0.2.1) from aa:bb:cc:dd:ee:ff (name) via eth0
    DHCPACK on 10.0.0.1 to aa:bb:cc:dd:ee:ff (name) via eth0
    DHCP4_LEASE_ALLOC [hwtype=1 aa:bb:…], cid=[no info], tid=0x1: lease 10.0.0.1 has been allocated for 3600 seconds

    10,11/24/26,10:11:12,Assign,10.0.0.5,pc7.tinh.example,AABBCCDDEEFF,…      Windows Server's audit log

Fields: action, ip, server_ip, mac, client_name, interface, message; of Windows event_id, timestamp, user, too.
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
_WINDOWS = re.compile(
    r"(\d{1,2}),(\d\d)/(\d\d)/(\d\d(?:\d\d)?),(\d\d:\d\d:\d\d),([^,\n]{1,128}),([0-9A-Fa-f.:]{0,45}),([^,\n]{0,255}),([0-9A-Fa-f]{0,40}),([^,\n]{0,128})(?:,|$)"
)
_TITLE = b"Microsoft DHCP"
_MEANING = re.compile(
    rb"\s{0,8}(?:\d\d\+?\t|Event ID\s|ID,Date,Time,|Microsoft DHCP|QResult:|Codes above 50)"
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


def windows_fields(text: str) -> dict[str, Any] | None:
    """The fields of one line of a Windows server's audit log; None for others. The month stands first wherever it runs."""
    match = _WINDOWS.match(text)
    if not match:
        return None
    number, month, day, year, clock, action, address, name, mac, user = match.groups()
    fields: dict[str, Any] = {
        "event_id": int(number),
        "timestamp": f"{year if len(year) == 4 else '20' + year}-{month}-{day} {clock}",
        "action": action,
        "message": text,
    }
    found = (("ip", address), ("client_name", name), ("mac", mac), ("user", user))
    fields.update((own, value) for own, value in found if value)
    return fields


def starts(head: bytes) -> bool:
    """Does a Windows server's audit log begin here? What its numbers mean stands before its entries."""
    return _TITLE in head[:128]


def explains(line: bytes) -> bool:
    """Is this a line of that explanation?"""
    return _MEANING.match(line) is not None
