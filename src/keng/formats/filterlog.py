"""pfSense and OPNsense packet filter: the message of the syslog program "filterlog", comma separated.

    rule,sub-rule,anchor,tracker,interface,reason,action,direction,4,tos,ecn,ttl,id,offset,flags,proto id,proto,length,src,dst,…
    rule,sub-rule,anchor,tracker,interface,reason,action,direction,6,class,flow label,hop limit,proto,proto id,length,src,dst,…

After the addresses of TCP and UDP: source port, destination port, data length; of TCP then the flags.
Fields: rule, tracker, interface, reason, action, direction, ip_version, protocol, length, src_ip, dst_ip, src_port,
dst_port, tcp_flags.
"""

from typing import Any

_START = ("rule", "sub_rule", "anchor", "tracker", "interface", "reason", "action", "direction", "ip_version")


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one message; None if it is none."""
    columns = text.strip().split(",", 64)
    if len(columns) < 17 or columns[8] not in ("4", "6") or columns[7] not in ("in", "out"):
        return None
    fields: dict[str, Any] = {name: value for name, value in zip(_START, columns, strict=False) if value}
    if columns[8] == "4":
        protocol, length, place = columns[16], columns[17:18], 18
    else:
        protocol, length, place = columns[12], columns[14:15], 15
    fields["protocol"] = protocol.lower()
    if length:
        fields["length"] = length[0]
    fields.update(zip(("src_ip", "dst_ip"), columns[place : place + 2], strict=False))
    if fields["protocol"] in ("tcp", "udp"):
        for name, value in zip(("src_port", "dst_port"), columns[place + 2 : place + 4], strict=False):
            if value.isascii() and value.isdigit() and len(value) < 6:
                fields[name] = int(value)
        if fields["protocol"] == "tcp" and len(columns) > place + 5:
            fields["tcp_flags"] = columns[place + 5]
    return fields if "dst_ip" in fields else None
