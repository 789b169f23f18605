"""dnsmasq, DNS and DHCP: the message of the syslog programs "dnsmasq" and "dnsmasq-dhcp".

    query[A] www.example.com from 10.0.0.1          12 10.0.0.1/5000 query[A] …      (log-queries=extra)
    reply www.example.com is 192.0.2.1              cached …, /etc/hosts …, config … is NXDOMAIN
    forwarded www.example.com to 9.9.9.9            gravity blocked www.example.com is 0.0.0.0   (Pi-hole)
    DHCPACK(eth0) 10.0.0.1 aa:bb:cc:dd:ee:ff name

Fields: action, query, record_type, client, client_port, answer, server_ip, serial; of DHCP action, interface, ip, mac,
client_name.
"""

import re
from typing import Any

_EXTRA = re.compile(r"(\d{1,10}) ([0-9A-Fa-f.:]{2,45})/(\d{1,5}) ")
_QUERY = re.compile(r"query\[([A-Za-z0-9=\-]{1,16})\] (\S{1,255}) from ([0-9A-Fa-f.:]{2,45})")
_FORWARD = re.compile(r"forwarded (\S{1,255}) to ([0-9A-Fa-f.:]{2,45})")
_ANSWER = re.compile(
    r"(reply|cached|cached-stale|config|gravity blocked|exactly denied|regex denied|exactly blacklisted|regex blacklisted|"
    r"special domain|/\S{1,255}|validation) (\S{1,255}) is (.{1,1024})"
)
_DHCP = re.compile(
    r"(?:(\d{1,10}) )?(DHCP[A-Z]{3,9})\(([\w.\-]{1,32})\) (?:([0-9A-Fa-f.:]{2,45}) )?((?:[0-9a-f]{2}:){5,19}[0-9a-f]{2})(?: (\S{1,255}))?"
)


_REBIND = re.compile(r"possible DNS-rebind attack detected: (\S{1,255})")
_KINDS = {"type=64": "SVCB", "type=65": "HTTPS"}


def fields_of(message: str) -> dict[str, Any] | None:
    """The fields of one message; None for those that are neither a query, an answer nor a lease."""
    fields: dict[str, Any] = {"message": message}
    if match := _DHCP.match(message):
        names = ("serial", "action", "interface", "ip", "mac", "client_name")
        fields.update((name, value) for name, value in zip(names, match.groups(), strict=True) if value)
        return fields
    place = 0
    if extra := _EXTRA.match(message):
        fields["serial"], fields["client"], fields["client_port"] = extra[1], extra[2], int(extra[3])
        place = extra.end()
    if match := _QUERY.match(message, place):
        kind = _KINDS.get(match[1], f"TYPE{match[1][5:]}") if match[1][:5] == "type=" else match[1]
        fields.update(action="query", record_type=kind, query=match[2], client=match[3])
    elif match := _FORWARD.match(message, place):
        fields.update(action="forwarded", query=match[1], server_ip=match[2])
    elif match := _ANSWER.match(message, place):
        if match[2] == "error":
            fields.update(action=match[1], rcode=match[3].strip())
        else:
            fields.update(action=match[1], query=match[2], answer=match[3].strip())
    elif match := _REBIND.match(message, place):
        fields.update(action="rebind", query=match[1])
    else:
        return None
    return fields
