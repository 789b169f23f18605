"""What each HTTP receiver costs: processor time of the server's process for an event, the sender in another process.

The door takes everything at once, so that only the receiver is measured: reading the socket, unpacking, parsing the
request, cutting it into batches, answering. Events are documents of about 1 KB. `orjson` is the time to parse one such
document, in the same run: machines differ, the ratio hardly does.
"""

import asyncio
import gzip
import json
import sys
import time
from collections.abc import Sequence

import httpx
import orjson
import uvloop
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from bench.events import events
from keng.collect.http_app import http_app
from keng.collect.intake import Intake
from keng.collect.peer_certificate import PeerCertificate
from keng.collect.ports import Outcome, Refusal, Sender
from keng.model.batch import Batch
from keng.model.rejected import Rejected
from keng.runtime.http_server import HttpServer, bind

EVENTS = 20_000
A_REQUEST = 500
START_US = 1_780_000_000_000_000


class Door:
    """Takes everything, keeps nothing."""

    def __init__(self) -> None:
        self.taken = 0

    def authenticate(self, token: str) -> Sender | Refusal:
        return Sender("source", "agency")

    def identify(
        self, token: str, address: str, hostname: str, transport: str = "syslog"
    ) -> Sender | Refusal:
        return Sender("source", "agency")

    def recognise(self, certificate: PeerCertificate) -> Sender | Refusal:
        return Sender("source", "agency")

    async def take(self, batches: Sequence[Batch]) -> Outcome:
        self.taken += sum(len(batch.records) for batch in batches)
        return Outcome.TAKEN

    def refuse(self, sender: Sender | None, transport: str, peer: str, refused: Sequence[Rejected]) -> None:
        raise AssertionError(refused[0].reason)

    def drop(self, transport: str, records: int) -> None:
        raise AssertionError

    def now_us(self) -> int:
        return time.time_ns() // 1000


def documents() -> list[bytes]:
    """One request's documents."""
    return [
        orjson.dumps({"@timestamp": event.time_us, "host": {"name": event.host}, "event": event.fields})
        for event in events(A_REQUEST, START_US, 1000)
    ]


def request(kind: str) -> tuple[str, bytes, dict[str, str]]:
    """Path, body and headers of a request of this kind."""
    some = documents()
    if kind.startswith("bulk"):
        body = b"".join(b'{"create":{"_index":"logs"}}\n' + one + b"\n" for one in some)
        if kind.endswith("gzip"):
            return "/_bulk", gzip.compress(body, 1), {"Content-Encoding": "gzip"}
        return "/_bulk", body, {}
    if kind == "hec":
        body = b"".join(b'{"time":1780000000.5,"host":"dc01","event":%b}' % one for one in some)
        return "/services/collector", body, {}
    if kind == "otlp json":
        records = [
            {"timeUnixNano": "1780000000000000000", "body": {"stringValue": one.decode()}} for one in some
        ]
        made = {"resourceLogs": [{"scopeLogs": [{"logRecords": records}]}]}
        return "/v1/logs", json.dumps(made).encode(), {"Content-Type": "application/json"}
    export = ExportLogsServiceRequest()
    scope = export.resource_logs.add().scope_logs.add()
    for n, one in enumerate(some):
        scope.log_records.add(time_unix_nano=START_US * 1000 + n).body.string_value = one.decode()
    return "/v1/logs", export.SerializeToString(), {"Content-Type": "application/x-protobuf"}


def send(port: int, kind: str) -> None:
    """The sender's side, in a process of its own."""
    path, body, headers = request(kind)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        for _n in range(EVENTS // A_REQUEST):
            answer = client.post(path, content=body, headers={"Authorization": "Bearer keng_x", **headers})
            assert answer.status_code == 200, answer.text


async def measure(kind: str) -> float:
    """Microseconds of the server's processor time for an event."""
    door = Door()
    server = HttpServer(http_app(Intake(door)), bind("127.0.0.1", 0, ""))
    await server.start()
    before = time.process_time()
    command = [sys.executable, "-m", "bench.receivers", str(server.port), kind]
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0
    took = time.process_time() - before
    await server.stop()
    assert door.taken == EVENTS
    return took / EVENTS * 1e6


def main() -> None:
    """The table."""
    some = documents()
    before = time.process_time()
    for _turn in range(20):
        for one in some:
            orjson.loads(one)
    parse = (time.process_time() - before) / (20 * len(some)) * 1e6
    print(f"document of {sum(map(len, some)) // len(some)} bytes; orjson alone {parse:.2f} µs")
    print("receiver         µs an event   times orjson")
    for kind in ("bulk", "bulk gzip", "hec", "otlp protobuf", "otlp json"):
        # The first request loads what is loaded once; the best of three is the receiver itself.
        cost = min(uvloop.run(measure(kind)) for _turn in range(3))
        print(f"{kind:16} {cost:11.2f} {cost / parse:14.1f}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        send(int(sys.argv[1]), sys.argv[2])
    else:
        main()
