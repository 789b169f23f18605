"""A firewall's key=value lines in RFC 3164 over UDP, in the manner of common appliances."""

from keng.demo.actions import Action, Connection, FirewallAdmin
from keng.demo.wire.moment import Moment
from keng.demo.wire.syslog import rfc3164

_PROTOCOLS = {"tcp": 6, "udp": 17, "icmp": 1}


def _head(moment: Moment, kind: str, subtype: str, level: str) -> str:
    host = moment.host
    return (
        f'date={moment.when:%Y-%m-%d} time={moment.when:%H:%M:%S} tz="+0000" devname="{host.name}" '
        f'logid="{next(moment.memory.records):010d}" type="{kind}" subtype="{subtype}" level="{level}"'
    )


def traffic(action: Connection, moment: Moment) -> bytes:
    """A traffic line: allowed and closed, or denied."""
    spread = moment.random.uniform(0.7, 1.4)
    sent, received = (0, 0) if action.denied else (int(action.sent * spread), int(action.received * spread))
    text = (
        f"{_head(moment, 'traffic', 'forward', 'warning' if action.denied else 'notice')} "
        f'srcip={moment.fill(action.client)} srcport={moment.fill("{port}")} srcintf="lan" '
        f'dstip={moment.fill(action.server)} dstport={action.port} dstintf="wan1" '
        f'proto={_PROTOCOLS.get(action.protocol, 6)} action="{"deny" if action.denied else "close"}" '
        f'policyid={1 if action.denied else 7} service="{action.service or action.port}" '
        f"duration={int(action.seconds)} sentbyte={sent} rcvdbyte={received}"
    )
    return rfc3164(moment, 16, 4 if action.denied else 5, text)


def admin(action: FirewallAdmin, moment: Moment) -> bytes:
    """Somebody signs in to the firewall or changes it."""
    text = (
        f"{_head(moment, 'event', 'system', 'alert' if action.status == 'failed' else 'information')} "
        f'user="{moment.fill(action.user)}" ui="https({moment.fill(action.address)})" '
        f'srcip={moment.fill(action.address)} action="{action.action}" status="{action.status}" '
        f'msg="{moment.fill(action.text)}"'
    )
    return rfc3164(moment, 16, 6, text)


def render_firewall(action: Action, moment: Moment) -> list[bytes]:
    """The line that the firewall sends."""
    match action:
        case Connection():
            return [traffic(action, moment)]
        case FirewallAdmin():
            return [admin(action, moment)]
    return []
