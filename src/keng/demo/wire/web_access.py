"""Web servers: nginx's combined format, shipped by Filebeat or as syslog."""

import msgspec

from keng.demo.actions import WebRequest
from keng.demo.wire.moment import Moment
from keng.demo.wire.syslog import rfc5424

_encode = msgspec.json.Encoder().encode


def combined(action: WebRequest, moment: Moment) -> str:
    """`client - user [time] "request" status size "referer" "agent"`."""
    size = action.size and max(1, int(action.size * moment.random.uniform(0.6, 1.6)))
    stamp = f"{moment.when:%d}/{moment.when:%b}/{moment.when:%Y:%H:%M:%S} +0000"
    request = f"{action.method} {moment.fill(action.path)} HTTP/1.1"
    return (
        f'{moment.fill(action.client)} - - [{stamp}] "{request}" {action.status} {size} '
        f'"{moment.fill(action.referer)}" "{moment.fill(action.agent)}"'
    )


def web_request(action: WebRequest, moment: Moment) -> list[bytes]:
    """One request: Filebeat's document, or a syslog line of nginx where the host sends syslog."""
    line = combined(action, moment)
    host = moment.host
    if host.route != "bulk":
        return [rfc5424(moment, 23, 6, "nginx", "", line)]
    document = {
        "@timestamp": moment.iso,
        "agent": {"type": "filebeat", "version": "8.15.3", "name": host.name},
        "ecs": {"version": "8.0.0"},
        "host": {"name": host.fqdn, "hostname": host.name, "ip": [host.ip]},
        "input": {"type": "filestream"},
        "log": {"file": {"path": "/var/log/nginx/access.log"}, "offset": next(moment.memory.records) * 211},
        "message": line,
    }
    return [_encode(document)]
