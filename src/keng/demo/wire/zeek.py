"""Zeek: conn and dns as JSON with `_path`, as the package json-streaming-logs writes them."""

import msgspec

from keng.demo.actions import Action, Connection, NameLookup
from keng.demo.wire.moment import Moment

_encode = msgspec.json.Encoder().encode
_TYPES = {"A": 1, "NS": 2, "CNAME": 5, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def _head(moment: Moment, path: str, client: str, server: str, port: int, protocol: str) -> dict[str, object]:
    return {
        "_path": path,
        "_system_name": moment.host.name,
        "ts": moment.iso,
        "uid": "C" + "".join(moment.random.choices(_ALPHABET, k=17)),
        "id.orig_h": client,
        "id.orig_p": moment.random.randrange(49152, 65535),
        "id.resp_h": server,
        "id.resp_p": port,
        "proto": protocol,
    }


def connection(action: Connection, moment: Moment) -> bytes:
    """A line of conn.log."""
    spread = moment.random.uniform(0.7, 1.4)
    sent, received = int(action.sent * spread), int(action.received * spread)
    record = _head(
        moment, "conn", moment.fill(action.client), moment.fill(action.server), action.port, action.protocol
    )
    if action.service:
        record["service"] = action.service
    record |= {
        "duration": round(action.seconds * spread, 6),
        "orig_bytes": sent,
        "resp_bytes": received,
        "conn_state": action.state,
        "local_orig": True,
        "local_resp": False,
        "missed_bytes": 0,
        "history": "ShADadFf" if action.state == "SF" else "S",
        "orig_pkts": sent // 1000 + 3,
        "orig_ip_bytes": sent + 40 * (sent // 1000 + 3),
        "resp_pkts": received // 1300 + 2,
        "resp_ip_bytes": received + 40 * (received // 1300 + 2),
    }
    return _encode(record)


def name_lookup(action: NameLookup, moment: Moment) -> bytes:
    """A line of dns.log."""
    resolver = moment.fill("{net}.1.10")
    record = _head(moment, "dns", moment.fill(action.client), resolver, 53, "udp")
    answer = moment.fill(action.answer)
    record |= {
        "trans_id": moment.random.randrange(1, 65535),
        "rtt": round(moment.random.uniform(0.001, 0.08), 6),
        "query": moment.fill(action.name),
        "qclass": 1,
        "qclass_name": "C_INTERNET",
        "qtype": _TYPES.get(action.type, 1),
        "qtype_name": action.type,
        "rcode": 0 if action.rcode == "NOERROR" else 3,
        "rcode_name": action.rcode,
        "AA": False,
        "TC": False,
        "RD": True,
        "RA": True,
        "Z": 0,
        "rejected": False,
    }
    if answer:
        record |= {"answers": [answer], "TTLs": [300.0]}
    return _encode(record)


def render_zeek(action: Action, moment: Moment) -> list[bytes]:
    """The line that the sensor writes."""
    match action:
        case Connection():
            return [connection(action, moment)]
        case NameLookup():
            return [name_lookup(action, moment)]
    return []
