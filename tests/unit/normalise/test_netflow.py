from tests.flow_writer import SECONDS, one_set, plain, template, v5, v9

from keng.formats.netflow import NetflowDecoder
from keng.model.event import Event, LogSource
from keng.model.record import Record
from keng.normalise.normalise import to_event


def event(datagram: bytes) -> Event:
    (item,) = NetflowDecoder().decode("10.9.9.9", datagram)
    assert isinstance(item, Record)
    return to_event(item)


def test_a_flow_looks_like_a_connection_whatever_the_version() -> None:
    for found in (event(v5("10.0.0.5")), event(v9(one_set(0, template(256)), one_set(256, plain())))):
        fields = found.fields
        assert found.logsource == LogSource("netflow", "", ("firewall",))
        assert (fields["src_ip"], fields["src_port"], fields["dst_ip"], fields["dst_port"]) == (
            "10.0.0.5",
            50_000,
            "192.0.2.1",
            443,
        )
        assert fields["id.resp_h"] == "192.0.2.1"
        assert (fields["proto"], fields["tcp_flags"], fields["orig_bytes"], fields["duration"]) == (
            "tcp",
            "SA",
            4096,
            2.0,
        )
        assert found.time_us == (SECONDS - 2) * 1_000_000
        assert found.host == "10.9.9.9"


def test_a_refused_flow_is_blocked() -> None:
    found = event(v9(one_set(0, template(256, ((8, 4), (89, 1)))), one_set(256, b"\x0a\0\0\5\x81")))
    assert found.fields["blocked"] is True


def test_values_of_odd_types_do_no_harm() -> None:
    odd = Record(
        "netflow",
        {"netflow": 7, "protocolIdentifier": "x", "flowStartMilliseconds": -1, "tcpControlBits": None},
        1,
    )
    assert to_event(odd, 5).time_us == 5
