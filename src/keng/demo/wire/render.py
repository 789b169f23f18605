"""Chooses the renderer by the kind of machine."""

from collections.abc import Callable

from keng.demo.actions import Action, SyslogLine, WebRequest
from keng.demo.wire.firewall import render_firewall
from keng.demo.wire.moment import Moment
from keng.demo.wire.suricata import render_suricata
from keng.demo.wire.syslog import syslog_line
from keng.demo.wire.web_access import web_request
from keng.demo.wire.windows import render_windows
from keng.demo.wire.zeek import render_zeek


def _linux(action: Action, moment: Moment) -> list[bytes]:
    return syslog_line(action, moment) if isinstance(action, SyslogLine) else []


def _web(action: Action, moment: Moment) -> list[bytes]:
    return web_request(action, moment) if isinstance(action, WebRequest) else []


RENDERERS: dict[str, Callable[[Action, Moment], list[bytes]]] = {
    "windows": render_windows,
    "linux": _linux,
    "web": _web,
    "firewall": render_firewall,
    "zeek": render_zeek,
    "suricata": render_suricata,
}


def render(action: Action, moment: Moment) -> list[bytes]:
    """The records that `action` leaves on the moment's host, as they travel."""
    return RENDERERS[moment.host.kind](action, moment)
