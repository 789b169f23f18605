from collections.abc import Callable

from keng.demo.actions import Connection, FirewallAdmin, WebRequest
from keng.demo.wire.firewall import render_firewall
from keng.demo.wire.moment import Moment


def test_traffic_is_allowed_or_denied(moment: Callable[[str], Moment]) -> None:
    at = moment("khenam-fw01")
    (allowed,) = render_firewall(Connection(server="203.0.113.1", port=443), at)
    (denied,) = render_firewall(Connection(server="203.0.113.1", port=443, denied=True), at)
    assert b'action="close"' in allowed
    assert b'action="deny"' in denied
    assert b"sentbyte=0 rcvdbyte=0" in denied


def test_work_on_the_firewall_is_logged(moment: Callable[[str], Moment]) -> None:
    (line,) = render_firewall(
        FirewallAdmin(text="signed in", user="a", address="10.1.1.1"), moment("khenam-fw01")
    )
    assert b'user="a" ui="https(10.1.1.1)"' in line


def test_a_firewall_logs_no_web_requests(moment: Callable[[str], Moment]) -> None:
    assert render_firewall(WebRequest(), moment("khenam-fw01")) == []
