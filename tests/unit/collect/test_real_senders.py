"""Senders as they are installed on other machines deliver to every receiver that they can speak to."""

import json
import logging.handlers
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.servers.authority import Authority, fingerprint

from keng.collect.ports import Sender
from keng.collect.syslog_tcp import SyslogTcp
from keng.collect.syslog_tls import SyslogTls, server_context
from keng.collect.syslog_udp import SyslogUdp
from keng.runtime.http_server import bind

from .conftest import TOKEN, Loop, MemoryDoor, free_udp
from .senders import feed, missing, rsyslog, syslog_ng, wait

LINES = 300


class Ports(NamedTuple):
    tcp: int
    udp: int
    tls: int


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    made = Authority(tmp_path_factory.mktemp("ca"))
    made.issue("sender.bv.vn")
    made.issue("centre")
    return made


@pytest.fixture
def ports(door: MemoryDoor, loop: Loop, authority: Authority) -> Iterator[Ports]:
    door.certificates[fingerprint(authority.folder / "sender.bv.vn.pem")] = Sender("bv-relay", "hospital")
    context = server_context(
        authority.folder / "centre.pem", authority.folder / "centre.key", authority.certificate
    )
    tcp, tls, udp = SyslogTcp(door), SyslogTls(door), SyslogUdp(door)
    sockets = bind("127.0.0.1", 0, ""), bind("127.0.0.1", 0, ""), free_udp()
    numbers = [sock.getsockname()[1] for sock in sockets]
    loop.run(tcp.start(sockets[0]))
    loop.run(tls.start(sockets[1], context))
    loop.run(udp.start(sockets[2]))
    moved = loop.spawn(udp.run())
    yield Ports(numbers[0], numbers[2], numbers[1])
    loop.run(tcp.stop())
    loop.run(tls.stop())
    loop.run(udp.stop())
    moved.result(10)


def arrived(door: MemoryDoor) -> int:
    return sum(b"from a real sender" in record for record in door.records)


def sources(door: MemoryDoor) -> set[tuple[str, str]]:
    return {(batch.transport, batch.source) for batch in door.batches}


@pytest.mark.parametrize("framing", ["octet-counted", "traditional"])
def test_rsyslog_forwards_by_tcp(ports: Ports, door: MemoryDoor, tmp_path: Path, framing: str) -> None:
    config = f"""
action(type="omfwd" target="127.0.0.1" port="{ports.tcp}" protocol="tcp" TCP_Framing="{framing}"
       template="RSYSLOG_SyslogProtocol23Format")
"""
    with rsyslog(tmp_path, config):
        feed(tmp_path / "log", LINES)
        wait(lambda: arrived(door) == LINES)
    assert sources(door) == {("syslog_tcp", "dc")}


def test_rsyslog_forwards_by_udp(ports: Ports, door: MemoryDoor, tmp_path: Path) -> None:
    config = f'action(type="omfwd" target="127.0.0.1" port="{ports.udp}" protocol="udp")'
    with rsyslog(tmp_path, config):
        feed(tmp_path / "log", LINES)
        wait(lambda: arrived(door) == LINES)
    assert sources(door) == {("syslog_udp", "dc")}


@pytest.mark.parametrize(("driver", "module"), [("gtls", "lmnsd_gtls"), ("ossl", "lmnsd_ossl")])
def test_rsyslog_forwards_by_tls_with_a_client_certificate(
    ports: Ports, door: MemoryDoor, tmp_path: Path, authority: Authority, driver: str, module: str
) -> None:
    folder = authority.folder
    config = f"""
global(DefaultNetstreamDriverCAFile="{authority.certificate}"
       DefaultNetstreamDriverCertFile="{folder}/sender.bv.vn.pem"
       DefaultNetstreamDriverKeyFile="{folder}/sender.bv.vn.key")
action(type="omfwd" target="127.0.0.1" port="{ports.tls}" protocol="tcp" TCP_Framing="octet-counted"
       StreamDriver="{driver}" StreamDriverMode="1" StreamDriverAuthMode="x509/name"
       StreamDriverPermittedPeers="centre" template="RSYSLOG_SyslogProtocol23Format")
"""
    with rsyslog(tmp_path, config, module):
        feed(tmp_path / "log", LINES)
        wait(lambda: arrived(door) == LINES, 20)
    assert sources(door) == {("syslog_tls", "bv-relay")}


def test_rsyslog_delivers_by_omelasticsearch(elastic: str, door: MemoryDoor, tmp_path: Path) -> None:
    config = f"""
module(load="omelasticsearch")
template(name="doc" type="list" option.jsonf="on") {{
    property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
    property(outname="host" name="hostname" format="jsonf")
    property(outname="message" name="msg" format="jsonf")
}}
action(type="omelasticsearch" server="127.0.0.1" serverport="{elastic.rpartition(":")[2]}" template="doc"
       bulkmode="on" searchIndex="logs" searchType="" uid="winlog" pwd="{TOKEN}" errorFile="{tmp_path}/errors")
"""
    with rsyslog(tmp_path, config, "omelasticsearch"):
        feed(tmp_path / "log", LINES)
        wait(lambda: arrived(door) == LINES)
    assert not (tmp_path / "errors").exists()
    assert sources(door) == {("elastic_bulk", "winlog")}


@pytest.mark.parametrize("kind", ["tcp", "udp", "rfc5424"])
def test_syslog_ng_forwards_by_its_network_drivers(
    ports: Ports, door: MemoryDoor, tmp_path: Path, kind: str
) -> None:
    door.addresses["127.0.0.1"] = Sender("relay", "hospital")
    driver = {
        "tcp": f'network("127.0.0.1" port({ports.tcp}) transport("tcp"))',
        "udp": f'network("127.0.0.1" port({ports.udp}) transport("udp"))',
        "rfc5424": f'syslog("127.0.0.1" port({ports.tcp}) transport("tcp"))',
    }[kind]
    with syslog_ng(tmp_path, f"destination keng {{ {driver}; }};"):
        feed(tmp_path / "log", LINES)
        wait(lambda: arrived(door) == LINES)
    assert {source for _transport, source in sources(door)} == {"relay"}


def test_syslog_ng_forwards_by_tls_with_a_client_certificate(
    ports: Ports, door: MemoryDoor, tmp_path: Path, authority: Authority
) -> None:
    folder = authority.folder
    destination = f"""destination keng {{ syslog("127.0.0.1" port({ports.tls}) transport("tls")
    tls(ca-file("{authority.certificate}") cert-file("{folder}/sender.bv.vn.pem")
        key-file("{folder}/sender.bv.vn.key") peer-verify(required-trusted))); }};"""
    with syslog_ng(tmp_path, destination):
        feed(tmp_path / "log", LINES)
        wait(lambda: arrived(door) == LINES, 20)
    assert sources(door) == {("syslog_tls", "bv-relay")}


def test_syslog_ng_delivers_to_bulk_and_hec_by_its_http_driver(
    elastic: str, door: MemoryDoor, tmp_path: Path
) -> None:
    for number, (path, body, header) in enumerate(
        [
            (
                "/logs/_bulk",
                r"{\"create\":{}}\n$(format-json --scope rfc5424)",
                f"Authorization: ApiKey {TOKEN}",
            ),
            (
                "/services/collector/event",
                r"$(format-json time=$S_UNIXTIME host=$HOST event=$MESSAGE)",
                f"Authorization: Splunk {TOKEN}",
            ),
        ],
        start=1,
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        destination = f"""destination keng {{ http(url("{elastic}{path}") method("POST")
    headers("{header}", "Content-Type: application/x-ndjson") body("{body}")
    delimiter("\\n") body-suffix("\\n") batch-lines(50) batch-timeout(200)); }};"""
        with syslog_ng(folder, destination):
            feed(folder / "log", LINES)
            wait(lambda wanted=number * LINES: arrived(door) == wanted, 20)  # type: ignore[misc]
    assert {transport for transport, _source in sources(door)} == {"elastic_bulk", "hec"}
    assert json.loads(door.records[-1])["event"].startswith("from a real sender")


@pytest.mark.parametrize(
    ("options", "transport"),
    [
        (["--udp", "--rfc5424=notq"], "syslog_udp"),
        (["--udp", "--rfc3164"], "syslog_udp"),
        (["--tcp", "--rfc5424"], "syslog_tcp"),
        (["--tcp", "--rfc3164", "--octet-count"], "syslog_tcp"),
    ],
)
def test_logger_of_util_linux(ports: Ports, door: MemoryDoor, options: list[str], transport: str) -> None:
    program = shutil.which("logger")
    if program is None:
        missing("logger: apt-get install bsdutils")
    port = ports.udp if "--udp" in options else ports.tcp
    door.addresses["127.0.0.1"] = Sender("bv-app", "hospital")
    token = ["--sd-id", "keng@32473", "--sd-param", f'token="{TOKEN}"'] if "--rfc5424=notq" in options else []
    command = [
        str(program),
        "-n",
        "127.0.0.1",
        "-P",
        str(port),
        *options,
        *token,
        "-t",
        "app",
        "--",
        "xin chào",
    ]
    for _n in range(5):
        subprocess.run(command, check=True, timeout=10)
    wait(lambda: len(door.records) == 5)
    assert {batch.transport for batch in door.batches} == {transport}
    assert {batch.source for batch in door.batches} == {"winlog" if token else "bv-app"}
    assert all(record.endswith("xin chào".encode()) for record in door.records)


def test_a_traceback_by_pythons_own_handler_is_one_record(ports: Ports, door: MemoryDoor) -> None:
    door.addresses["127.0.0.1"] = Sender("bv-app", "hospital")
    handler = logging.handlers.SysLogHandler(("127.0.0.1", ports.tcp), socktype=socket.SOCK_STREAM)
    log = logging.getLogger("keng-test-syslog")
    log.propagate = False
    log.addHandler(handler)
    try:
        for n in range(3):
            try:
                raise ValueError(f"bad {n}")
            except ValueError:
                log.exception("it failed")
        wait(lambda: len(door.records) == 3)
    finally:
        log.removeHandler(handler)
        handler.close()
    for n, record in enumerate(door.records):
        assert record.startswith(b"<11>it failed\nTraceback (most recent call last):\n  File ")
        assert record.endswith(b"\nValueError: bad %d" % n)
