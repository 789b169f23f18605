import json
from collections.abc import Callable

from keng.demo.actions import Connection, IdsAlert, NameLookup
from keng.demo.wire.moment import Moment
from keng.demo.wire.zeek import render_zeek


def test_conn_and_dns_have_their_path(moment: Callable[[str], Moment]) -> None:
    at = moment("bvdk-zeek01")
    (conn,) = render_zeek(Connection(server="203.0.113.1", port=443, service="ssl"), at)
    (dns,) = render_zeek(NameLookup(name="{c2_name}", type="TXT", answer="x", rcode="NXDOMAIN"), at)
    assert json.loads(conn).items() >= {"_path": "conn", "id.resp_h": "203.0.113.1", "service": "ssl"}.items()
    assert json.loads(dns).items() >= {"_path": "dns", "qtype": 16, "rcode": 3, "answers": ["x"]}.items()


def test_a_sensor_logs_no_alert_of_another(moment: Callable[[str], Moment]) -> None:
    alert = IdsAlert(client="a", server="b", port=1, signature="s", signature_id=1)
    assert render_zeek(alert, moment("bvdk-zeek01")) == []
