"""What docs/send-logs.md tells users to write into their senders works, word for word but for names and ports."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.servers.authority import Authority, fingerprint

from keng.collect.http_app import http_app
from keng.collect.intake import Intake
from keng.collect.ports import Sender
from keng.collect.syslog_tls import SyslogTls, server_context
from keng.formats.recognise import parse_record
from keng.model.record import Record
from keng.runtime.http_server import HttpServer, bind

from .conftest import TOKEN, Loop, MemoryDoor
from .senders import built, feed, other_senders, rsyslog, running, syslog_ng, wait

DOCS = Path(__file__).resolve().parents[3] / "docs"
LINES = 100


class Place(NamedTuple):
    folder: Path
    https: int
    tls: int

    def real(self, text: str) -> str:
        """The documentation's text with this centre's names."""
        for old, new in (
            ("keng.tinh.vn:9200", f"localhost:{self.https}"),
            ('"9200"', f'"{self.https}"'),
            ("port=9200", f"port={self.https}"),
            ('"6514"', f'"{self.tls}"'),
            ("port(6514)", f"port({self.tls})"),
            ("keng.tinh.vn", "localhost"),
            ("/etc/keng/relay", f"{self.folder}/relay.bv.vn"),
            ("/etc/keng", str(self.folder)),
            ("keng_…", TOKEN),
        ):
            text = text.replace(old, new)
        return text


def section(title: str) -> list[str]:
    """The code blocks below a heading."""
    text = (DOCS / "send-logs.md").read_text()
    body = text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```\w*\n(.*?)```", body, re.DOTALL)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    made = Authority(tmp_path_factory.mktemp("ca"))
    made.issue("localhost")
    made.issue("relay.bv.vn")
    return made


@pytest.fixture
def place(door: MemoryDoor, loop: Loop, authority: Authority) -> Iterator[Place]:
    folder = authority.folder
    certificate, key = folder / "localhost.pem", folder / "localhost.key"
    door.certificates[fingerprint(folder / "relay.bv.vn.pem")] = Sender("bv-relay", "hospital")
    http = HttpServer(http_app(Intake(door)), bind("127.0.0.1", 0, ""), str(certificate), str(key))
    loop.run(http.start())
    sock = bind("127.0.0.1", 0, "")
    tls = SyslogTls(door)
    loop.run(tls.start(sock, server_context(certificate, key, authority.certificate)))
    yield Place(folder, http.port, sock.getsockname()[1])
    loop.run(tls.stop())
    loop.run(http.stop())


def arrived(door: MemoryDoor) -> bool:
    return sum(b"from a real sender" in record for record in door.records) == LINES


def programs(door: MemoryDoor) -> set[tuple[str, str]]:
    """Format family and program that rules will see."""
    found = set()
    for record in door.records:
        parsed = parse_record(record)
        assert isinstance(parsed, Record)
        found.add((parsed.format.partition("_")[0], str(parsed.fields.get("program", ""))))
    return found


@pytest.mark.parametrize(("block", "transport"), [(0, "elastic_bulk"), (1, "syslog_tls")])
def test_rsyslog(place: Place, door: MemoryDoor, tmp_path: Path, block: int, transport: str) -> None:
    config = place.real(section("rsyslog")[block])
    with rsyslog(tmp_path, config, "omelasticsearch", "lmnsd_ossl"):
        feed(tmp_path / "log", LINES)
        wait(lambda: arrived(door), 20)
    assert {batch.transport for batch in door.batches} == {transport}
    assert programs(door) == {("syslog", "app")}


@pytest.mark.parametrize(("name", "transport"), [("keng_bulk", "elastic_bulk"), ("keng_tls", "syslog_tls")])
def test_syslog_ng(place: Place, door: MemoryDoor, tmp_path: Path, name: str, transport: str) -> None:
    config = place.real(section("syslog-ng")[0]).replace(f"destination {name} ", "destination keng ")
    with syslog_ng(tmp_path, config):
        feed(tmp_path / "log", LINES)
        wait(lambda: arrived(door), 20)
    assert {batch.transport for batch in door.batches} == {transport}
    assert programs(door) == {("syslog", "app")}


def test_curl(place: Place, door: MemoryDoor) -> None:
    command = place.real(section("Splunk HEC clients")[0]).replace("ca.pem", str(place.folder / "ca.pem"))
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=20)
    assert done.stdout == '{"text":"Success","code":0}', done.stderr
    assert len(door.records) == 1


def test_the_openssl_commands_make_what_the_receiver_takes(tmp_path: Path) -> None:
    commands = section("Certificates for syslog over TLS")[0]
    subprocess.run(["bash", "-ec", commands], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    subprocess.run(
        ["openssl", "verify", "-CAfile", "ca.pem", "relay.pem"], cwd=tmp_path, check=True, capture_output=True
    )


def test_both_languages_show_the_same_configurations() -> None:
    english, vietnamese = ((DOCS / name).read_text() for name in ("send-logs.md", "send-logs.vi.md"))
    blocks = [re.findall(r"```\w*\n(.*?)```", text, re.DOTALL) for text in (english, vietnamese)]
    without_comments = [[re.sub(r"#.*", "", one) for one in some] for some in blocks]
    assert without_comments[0] == without_comments[1]


def library(place: Place, sort: str, number: int, further: str) -> str:
    """A snippet of the documentation with further lines, run; what it printed."""
    snippet = place.real(section("Log libraries of applications")[number])
    root, python = other_senders()
    path = root / f"snippet-{place.https}.{'py' if sort == 'python' else 'js'}"
    program = str(python) if sort == "python" else shutil.which("node")
    if (
        not program
        or not Path(program).exists()
        or not (sort == "python" or (root / "node_modules").exists())
    ):
        pytest.skip(f"needs {sort}'s log libraries: .ci/senders")
    try:
        path.write_text(snippet + further)
        environment = {**os.environ, "NODE_EXTRA_CA_CERTS": str(place.folder / "ca.pem")}
        done = subprocess.run(
            [program, str(path)], capture_output=True, text=True, timeout=60, env=environment
        )
    finally:
        path.unlink(missing_ok=True)
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("sort", "number", "further", "transport"),
    [
        (
            "node",
            0,
            "for (let n = 0; n < 100; n++) log.info('from a real sender ' + n)\n"
            "setTimeout(() => bulk.flush().then(() => setTimeout(() => process.exit(0), 300)), 1500)\n",
            "elastic_bulk",
        ),
        (
            "node",
            1,
            "for (let n = 0; n < 100; n++) log.info('from a real sender ' + n)\n"
            "setTimeout(() => log[require('pino').symbols.streamSym].end(), 500)\n"
            "setTimeout(() => process.exit(0), 2500)\n",
            "elastic_bulk",
        ),
        ("node", 2, "for (let n = 0; n < 100; n++) log.send({ message: 'from a real sender ' + n })\n"
         "setTimeout(() => process.exit(0), 2000)\n", "hec"),
        ("python", 3, "log.setLevel('INFO')\nfor n in range(100): log.info('from a real sender %d', n)\n", "hec"),
    ],
)  # fmt: skip
def test_log_libraries(
    place: Place, door: MemoryDoor, sort: str, number: int, further: str, transport: str
) -> None:
    said = library(place, sort, number, further)
    assert arrived(door), said
    assert {batch.transport for batch in door.batches} == {transport}


def test_filebeat(place: Place, door: MemoryDoor, tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("".join(f"2026-11-24T10:00:00Z h app[1]: from a real sender {n}\n" for n in range(LINES)))
    inputs = f'filebeat.inputs: [{{type: filestream, id: app, paths: ["{log}"]}}]\n'
    config = inputs + place.real(section("Winlogbeat, Filebeat")[0])
    config = config.replace(
        "setup.ilm.enabled: false\nsetup.template.enabled: false\n", ""
    )  # it may ask for both
    path = tmp_path / "filebeat.yml"
    path.write_text(config)
    path.chmod(0o600)
    command = ["-c", str(path), "--path.home", str(tmp_path), "--path.data", str(tmp_path / "data")]
    with running([built("filebeat"), "run", *command], {}):
        wait(lambda: arrived(door), 30)
    assert {batch.transport for batch in door.batches} == {"elastic_bulk"}
    assert programs(door) == {("syslog", "app")}


def test_the_opentelemetry_collector(place: Place, door: MemoryDoor, tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("".join(f"2026-11-24T10:00:00Z h app[1]: from a real sender {n}\n" for n in range(LINES)))
    receivers = f'receivers: {{filelog: {{include: ["{log}"], start_at: beginning}}}}\n'
    path = tmp_path / "collector.yaml"
    path.write_text(receivers + place.real(section("OpenTelemetry Collector")[0]))
    with path.open("a") as file:
        file.write("  telemetry: {metrics: {level: none}}\n")
    with running([built("otelcol"), "--config", str(path)], {}):
        wait(lambda: arrived(door), 30)
    assert {batch.transport for batch in door.batches} == {"otlp"}
    assert programs(door) == {("syslog", "app")}
