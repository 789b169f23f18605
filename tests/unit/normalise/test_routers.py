from keng.model.event import LogSource
from keng.normalise.routers import huawei_parts, juniper_parts


def test_routing_is_service_bgp_for_both() -> None:
    assert juniper_parts({"daemon": "rpd", "message": "bgp_recv: x"}).logsource == LogSource("juniper", "bgp")
    assert juniper_parts({"daemon": "mgd", "message": "x"}).logsource == LogSource("juniper", "mgd")
    failed = huawei_parts({"module": "BGP", "brief": "BGP_AUTH_FAILED", "message": "x:179"})
    assert failed.logsource == LogSource("huawei", "bgp")
    assert failed.fields["outcome"] == "failure"


def test_a_denied_flow_is_a_blocked_connection() -> None:
    own = {
        "daemon": "rt_flow",
        "msgid": "RT_FLOW_SESSION_DENY",
        "source-address": "10.0.0.5",
        "destination-address": "192.0.2.1",
        "destination-port": "22",
        "protocol-id": "6",
    }
    found = juniper_parts(own)
    assert found.logsource == LogSource("juniper", "flow", ("firewall",))
    assert (found.fields["blocked"], found.fields["dst_port"], found.fields["proto"]) == (True, 22, "tcp")
