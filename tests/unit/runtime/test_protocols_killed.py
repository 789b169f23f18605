"""kill -9 of a whole centre under load by HEC with acknowledgement and by OTLP: as with bulk, once and all of it."""

import json
import random
import threading
import time
import uuid
from pathlib import Path

import httpx
import pytest

from keng.state.database import open_state

from .conftest import register
from .test_centre_killed import RULE, Process, document, stored_numbers

SIZE = 40


class Shipper(threading.Thread):
    """Sends what is not acknowledged again, under the same times. HEC asks for its ack id, as clients with useACK do."""

    def __init__(self, token: str, first: int) -> None:
        super().__init__(daemon=True)
        self.headers = {"Authorization": f"Splunk {token}"}
        self.next = self.first = first
        self.port = 0
        self.go_on = True

    def run(self) -> None:
        while self.go_on:
            try:
                done = self.send(range(self.next, self.next + SIZE))
            except httpx.HTTPError:
                done = False
                time.sleep(0.05)
            if done:
                self.next += SIZE

    def send(self, numbers: range) -> bool:
        raise AssertionError

    def post(self, path: str, body: str, **headers: str) -> httpx.Response:
        url = f"http://127.0.0.1:{self.port}{path}"
        return httpx.post(url, content=body, headers={**self.headers, **headers}, timeout=5)


class Hec(Shipper):
    def send(self, numbers: range) -> bool:
        body = "".join(
            json.dumps({"time": 1_790_000_000 + n, "event": json.loads(document(n))}) for n in numbers
        )
        channel = {"X-Splunk-Request-Channel": str(uuid.UUID(int=1))}
        answer = self.post("/services/collector", body, **channel)
        if answer.status_code != 200:
            return False
        ack = answer.json()["ackId"]
        asked = self.post("/services/collector/ack", json.dumps({"acks": [ack]}), **channel).json()
        return bool(asked["acks"][str(ack)])


class Otlp(Shipper):
    def send(self, numbers: range) -> bool:
        records = [
            {"timeUnixNano": str(1_790_000_000_000_000_000 + n), "body": {"stringValue": document(n)}}
            for n in numbers
        ]
        body = json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": records}]}]})
        answer = self.post("/v1/logs", body, **{"Content-Type": "application/json"})
        return answer.status_code == 200 and answer.json() == {}


@pytest.mark.long
def test_kill_9_under_load_by_hec_and_otlp_stores_everything_acknowledged_exactly_once(
    tmp_path: Path,
) -> None:
    chance = random.Random(12)
    data, rules = tmp_path / "data", tmp_path / "rules"
    rules.mkdir()
    (rules / "mark.yml").write_text(RULE)
    data.mkdir()
    state = open_state(data / "state.db")
    tokens = register(state)
    state.close()
    shippers: list[Shipper] = [Hec(tokens["bv-win"], 0), Otlp(tokens["so-win"], 1_000_000)]
    for turn in range(3):
        centre = Process(data, rules).start()
        for shipper in shippers:
            shipper.port = centre.port
            if turn == 0:
                shipper.start()
        time.sleep(chance.uniform(0.8, 2.5))
        centre.kill()
    for shipper in shippers:
        shipper.go_on = False
        shipper.join(20)
    assert Process(data, rules, "off").start().finish() == 0
    stored = stored_numbers(data)
    assert len(stored) == len(set(stored)), "stored twice"
    for shipper in shippers:
        acknowledged = set(range(shipper.first, shipper.next))
        assert len(acknowledged) >= SIZE
        assert acknowledged <= set(stored), "acknowledged and lost"
    assert set(stored) <= {n for one in shippers for n in range(one.first, one.next + SIZE)}, "invented"
