"""Every receiver has its fuzz target: 1,000 hostile cases in every run (of the HTTP server 200), 50,000 in the long one.

Receivers are found in the package itself: each class of keng.collect that is served a socket or requests. A new one
fails here until it stands in TARGETS with a test over `blocks()`.
"""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import keng.collect
from keng.collect.stream_server import StreamServer
from keng.collect.udp_server import UdpServer

TESTS = Path(__file__).parents[1] / "unit" / "collect"
BLOCKS = 50
# Each: what reads its bytes first, then what reads their content; the file of the test, and the test.
TARGETS = {
    "ElasticReceiver": (
        ("test_http_app.py", "test_no_request_makes_the_server_stumble"),
        ("test_inflate.py", "test_no_body_makes_it_stumble_or_exceed_the_limit"),
        ("test_bad_input.py", "test_no_bulk_body_makes_the_reader_stumble"),
    ),
    "HecReceiver": (
        ("test_http_app.py", "test_no_request_makes_the_server_stumble"),
        ("test_hec_events.py", "test_no_body_makes_the_reader_stumble"),
    ),
    "OtlpReceiver": (
        ("test_http_app.py", "test_no_request_makes_the_server_stumble"),
        ("test_otlp_json.py", "test_no_body_makes_the_reader_stumble"),
        ("test_otlp_protobuf.py", "test_no_body_makes_the_reader_stumble"),
    ),
    "SyslogUdp": (("test_syslog_udp.py", "test_no_datagram_makes_the_receiver_stumble"),),
    "SyslogTcp": (
        (
            "test_bad_input.py",
            "test_no_stream_of_syslog_makes_the_framer_stumble_or_depend_on_how_it_is_cut",
        ),
        ("test_syslog_tcp.py", "test_no_stream_makes_the_receiver_stumble"),
    ),
    "SyslogTls": (("test_syslog_tls.py", "test_no_handshake_or_stream_makes_the_receiver_stumble"),),
    "LinesTcp": (("test_lines_tcp.py", "test_no_stream_makes_the_receiver_stumble"),),
    "NetflowUdp": (("test_netflow_udp.py", "test_no_datagram_makes_the_receiver_stumble"),),
}


def receivers() -> set[str]:
    """Names of the classes of keng.collect that bytes from the network come to."""
    found = set()
    for module in pkgutil.iter_modules(keng.collect.__path__, "keng.collect."):
        for name, one in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            serves = issubclass(one, StreamServer | UdpServer) or name.endswith("Receiver")
            if one.__module__ == module.name and serves and one not in (StreamServer, UdpServer):
                found.add(name)
    return found


def test_every_receiver_has_a_target_and_every_target_a_receiver() -> None:
    assert receivers() == set(TARGETS)


@pytest.mark.parametrize(("file", "name"), sorted({one for some in TARGETS.values() for one in some}))
def test_every_target_runs_fifty_thousand_cases(file: str, name: str) -> None:
    text = (TESTS / file).read_text()
    found = re.search(rf"((?:^@.*\n)+)def {name}\(.*?(?=^\S.*\n\Z|^(?:@|def |class )|\Z)", text, re.M | re.S)
    assert found is not None, f"{file} has no {name}"
    assert "blocks()" in found[1]
    assert re.search(r"\bblock\b", found[0][len(found[1]) :])
