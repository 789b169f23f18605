"""Palo Alto Networks PAN-OS syslog: comma separated, quoted like CSV.

    1,2024/05/01 12:00:00,0123456789,TRAFFIC,end,2560,2024/05/01 12:00:00,10.0.0.1,192.0.2.1,…

The fourth column tells which of the layouts below follows (their names are ours, after PAN's field guide; "" is a
column for future use). Columns after the last known one are kept as "column_41" and so on.
"""

import csv
import re
from typing import Any

_HEAD = re.compile(r'\d{0,3},"?\d{4}/\d\d/\d\d \d\d:\d\d:\d\d"?,[^,]{0,64},"?([A-Z][A-Z\-]{2,31})"?,')
_START = "version receive_time serial type subtype config_version generated_time"
_DEVICE = "dg_1 dg_2 dg_3 dg_4 vsys_name device_name"
_SESSION = (
    f"{_START} src dst natsrc natdst rule srcuser dstuser app vsys from to inbound_if outbound_if logset - "
    "sessionid repeatcnt sport dport natsport natdport flags proto action"
)
_LAYOUTS: dict[str, tuple[str, ...]] = {
    kind: tuple(names.split())
    for kind, names in {
        "TRAFFIC": f"{_SESSION} bytes bytes_sent bytes_received packets start elapsed category - seqno actionflags "
        f"srcloc dstloc - pkts_sent pkts_received session_end_reason {_DEVICE} action_source",
        "THREAT": f"{_SESSION} misc threatid category severity direction seqno actionflags srcloc dstloc - "
        "contenttype pcap_id filedigest cloud url_idx user_agent filetype xff referer sender subject recipient reportid "
        f"{_DEVICE} file_url src_uuid dst_uuid http_method",
        "SYSTEM": f"{_START} vsys eventid object - - module severity opaque seqno actionflags {_DEVICE}",
        "CONFIG": f"{_START} host vsys cmd admin client result path seqno actionflags {_DEVICE}",
        # With the details of the change, which the administrator may choose.
        "CONFIG+": f"{_START} host vsys cmd admin client result path before_change after_change seqno actionflags {_DEVICE}",
        "USERID": f"{_START} vsys src srcuser source_name eventid repeatcnt timeout begin_port end_port source source_type "
        f"seqno actionflags {_DEVICE}",
        "HIPMATCH": f"{_START} srcuser vsys machinename os src matchname repeatcnt matchtype - - seqno actionflags {_DEVICE}",
        "AUTHENTICATION": f"{_START} vsys src srcuser normalized_user object auth_policy repeatcnt auth_id vendor logset "
        f"server_profile opaque client_type event factor seqno actionflags {_DEVICE}",
        "DECRYPTION": _SESSION,
        "CORRELATION": f"{_START} src srcuser vsys category severity {_DEVICE} objectname object_id opaque",
        "GLOBALPROTECT": f"{_START} vsys eventid stage auth_method tunnel_type srcuser srcregion machinename public_ip "
        "public_ipv6 private_ip private_ipv6 hostid serialnumber client_ver client_os client_os_ver repeatcnt reason "
        "error opaque status location login_duration connect_method error_code portal seqno actionflags event_time "
        f"selection_type response_time priority attempted_gateways gateway {_DEVICE}",
    }.items()
}
_NUMBERS = frozenset(
    ("sport", "dport", "natsport", "natdport", "bytes", "bytes_sent", "bytes_received", "packets")
)
MAX_COLUMNS = 256


def fields_of(text: str) -> dict[str, Any] | None:
    """The columns of one entry; None if it is none of PAN-OS."""
    match = _HEAD.match(text)
    if not match:
        return None
    try:
        columns = next(csv.reader([text.replace("\0", "")]))[:MAX_COLUMNS]
    except (csv.Error, StopIteration):
        return None
    kind = match[1]
    if kind == "CONFIG" and len(columns) > 16 and not columns[15].startswith("0x"):
        kind = "CONFIG+"
    layout = _LAYOUTS.get(kind, tuple(_START.split()))
    fields: dict[str, Any] = {}
    for number, value in enumerate(columns, 1):
        name = layout[number - 1] if number <= len(layout) else f"column_{number}"
        if value and name != "-":
            small = name in _NUMBERS and value.isascii() and value.isdigit() and len(value) < 19
            fields[name] = int(value) if small else value
    return fields
