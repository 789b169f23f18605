"""Suricata: EVE JSON of the types alert, flow, dns and http."""

import msgspec

from keng.demo.actions import Action, Connection, IdsAlert, NameLookup, WebRequest
from keng.demo.wire.moment import Moment

_encode = msgspec.json.Encoder().encode


def _head(moment: Moment, kind: str, client: str, server: str, port: int, protocol: str) -> dict[str, object]:
    return {
        "timestamp": f"{moment.when:%Y-%m-%dT%H:%M:%S.%f}+0000",
        "flow_id": moment.random.getrandbits(50),
        "in_iface": "ens192",
        "event_type": kind,
        "src_ip": client,
        "src_port": moment.random.randrange(49152, 65535),
        "dest_ip": server,
        "dest_port": port,
        "proto": protocol.upper(),
        "host": moment.host.name,
    }


def ids_alert(action: IdsAlert, moment: Moment) -> bytes:
    """event_type alert."""
    head = _head(moment, "alert", moment.fill(action.client), moment.fill(action.server), action.port, "tcp")
    alert = {
        "action": "allowed",
        "gid": 1,
        "signature_id": action.signature_id,
        "rev": 1,
        "signature": action.signature,
        "category": action.category,
        "severity": action.severity,
    }
    return _encode(head | {"alert": alert})


def flow(action: Connection, moment: Moment) -> bytes:
    """event_type flow."""
    server = moment.fill(action.server)
    head = _head(moment, "flow", moment.fill(action.client), server, action.port, action.protocol)
    spread = moment.random.uniform(0.7, 1.4)
    sent, received = int(action.sent * spread), int(action.received * spread)
    counts = {
        "pkts_toserver": sent // 1000 + 3,
        "pkts_toclient": received // 1300 + 2,
        "bytes_toserver": sent,
        "bytes_toclient": received,
        "start": head["timestamp"],
        "end": head["timestamp"],
        "age": int(action.seconds),
        "state": "closed" if action.state == "SF" else "new",
        "reason": "timeout",
        "alerted": False,
    }
    return _encode(head | {"app_proto": action.service or "failed", "flow": counts})


def dns(action: NameLookup, moment: Moment) -> bytes:
    """event_type dns, a query."""
    head = _head(moment, "dns", moment.fill(action.client), moment.fill("{net}.1.10"), 53, "udp")
    query = {
        "type": "query",
        "id": moment.random.randrange(1, 65535),
        "rrname": moment.fill(action.name),
        "rrtype": action.type,
    }
    return _encode(head | {"dns": query})


def http(action: WebRequest, moment: Moment) -> bytes:
    """event_type http."""
    head = _head(moment, "http", moment.fill(action.client), moment.fill("{net}.9.5"), 80, "tcp")
    request = {
        "hostname": moment.fill("{domain}"),
        "url": moment.fill(action.path),
        "http_user_agent": moment.fill(action.agent),
        "http_method": action.method,
        "protocol": "HTTP/1.1",
        "status": action.status,
        "length": action.size,
    }
    return _encode(head | {"http": request})


def render_suricata(action: Action, moment: Moment) -> list[bytes]:
    """The line that the sensor writes."""
    match action:
        case IdsAlert():
            return [ids_alert(action, moment)]
        case Connection():
            return [flow(action, moment)]
        case NameLookup():
            return [dns(action, moment)]
        case WebRequest():
            return [http(action, moment)]
    return []
