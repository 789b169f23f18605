import gzip
import json
import shutil
import subprocess
import uuid
from collections.abc import Callable

import httpx
import pytest

from keng.collect.ports import Outcome

from .conftest import DISABLED, TOKEN, MemoryDoor

CHANNEL = str(uuid.UUID(int=7))
SPLUNK = {"Authorization": f"Splunk {TOKEN}"}
TIMED = b'{"time":1780000000.5,"host":"dc01","event":{"EventID":4625}}'


def post(url: str, body: bytes, path: str = "/event", **headers: str) -> httpx.Response:
    return httpx.post(url + "/services/collector" + path, content=body, headers={**SPLUNK, **headers})


def test_a_batch_of_objects_without_anything_between_them_is_taken(elastic: str, door: MemoryDoor) -> None:
    answer = post(elastic, TIMED + b'{"event":"}{ in a string"}  \n' + TIMED)
    assert (answer.status_code, answer.json()) == (200, {"text": "Success", "code": 0})
    assert [(batch.transport, batch.records) for batch in door.batches] == [
        ("hec", (TIMED, TIMED)),
        ("hec_raw", (b'{"event":"}{ in a string"}',)),
    ]
    assert {(batch.source, batch.agency) for batch in door.batches} == {("winlog", "hospital")}


@pytest.mark.parametrize("path", ["", "/event", "/event/1.0"])
def test_every_address_of_the_event_endpoint_is_served(elastic: str, door: MemoryDoor, path: str) -> None:
    assert post(elastic, TIMED, path).status_code == 200
    assert door.records == [TIMED]


def test_raw_lines_are_taken_one_by_one(elastic: str, door: MemoryDoor) -> None:
    lines = b"Nov  3 01:02:03 dc01 app: one\r\n\nNov  3 01:02:04 dc01 app: two"
    assert post(elastic, gzip.compress(lines), "/raw", **{"Content-Encoding": "gzip"}).json()["code"] == 0
    assert door.records == [b"Nov  3 01:02:03 dc01 app: one", b"Nov  3 01:02:04 dc01 app: two"]


def test_an_ack_id_is_true_once_given_and_false_before(elastic: str, door: MemoryDoor) -> None:
    channel = {"X-Splunk-Request-Channel": CHANNEL}
    assert [post(elastic, TIMED, **channel).json()["ackId"] for _n in range(3)] == [0, 1, 2]
    assert post(elastic, TIMED, f"/raw?channel={CHANNEL.upper()}").json()["ackId"] == 3
    asked = post(elastic, b'{"acks":[0,3,4,-1]}', f"/ack?channel={CHANNEL}").json()
    assert asked == {"acks": {"0": True, "3": True, "4": False, "-1": False}}
    other = post(elastic, b'{"acks":[0]}', f"/ack?channel={uuid.UUID(int=8)}").json()
    assert other == {"acks": {"0": False}}


def test_nothing_gets_an_ack_id_before_it_is_durable(elastic: str, door: MemoryDoor) -> None:
    channel = {"X-Splunk-Request-Channel": CHANNEL}
    for outcome in (Outcome.FULL, Outcome.FAILED):
        door.outcome = outcome
        answer = post(elastic, TIMED, **channel)
        assert (answer.status_code, answer.json()["code"]) == (503, 9)
        assert answer.headers["retry-after"] == "5"
        assert "ackId" not in answer.json()
    assert post(elastic, b'{"acks":[0]}', f"/ack?channel={CHANNEL}").json() == {"acks": {"0": False}}
    health = httpx.get(elastic + "/services/collector/health")
    assert (health.status_code, health.json()["code"]) == (503, 18)


def test_channels_are_remembered_up_to_a_bound(
    elastic: str, door: MemoryDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keng.collect.hec.MAX_CHANNELS", 2)
    for number in range(3):
        post(elastic, TIMED, f"?channel={uuid.UUID(int=number)}")
    known = [
        post(elastic, b'{"acks":[0]}', f"/ack?channel={uuid.UUID(int=number)}").json()["acks"]["0"]
        for number in range(3)
    ]
    assert known == [False, True, True]


def test_one_broken_event_is_named_and_nothing_before_it_is_lost(elastic: str, door: MemoryDoor) -> None:
    answer = post(elastic, TIMED * 2 + b'{"event": broken}' + TIMED)
    assert (answer.status_code, answer.json()) == (
        400,
        {"text": "Invalid data format", "code": 6, "invalid-event-number": 2},
    )
    assert door.records == [TIMED, TIMED]
    ((_sender, transport, refused),) = door.refused
    assert (transport, refused.position) == ("hec", "event 2")
    assert refused.raw.startswith(b'{"event": broken}')


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        (b"", 5, "No data"),
        (b" \n ", 5, "No data"),
        (b'{"time":1}', 12, "Event field is required"),
        (b'{"event":""}', 13, "Event field cannot be blank"),
        (b'{"event":null}', 13, "Event field cannot be blank"),
        (b'{"event":"x","fields":["a"]}', 15, "Error in handling indexed fields"),
        (b'{"event":"x"', 6, "Invalid data format"),
        (b"plain text", 6, "Invalid data format"),
        (b'[{"event":1}]', 6, "Invalid data format"),
        (b'{"event":"\xff"}', 6, "Invalid data format"),
        (b'{"event":' + b"[" * 5000 + b"]" * 5000 + b"}", 6, "Invalid data format"),
        (b'{"event":"' + b"x" * 1_100_000 + b'"}', 6, "Invalid data format"),
    ],
)
def test_each_error_has_the_number_and_text_that_splunk_documents(
    elastic: str, door: MemoryDoor, body: bytes, code: int, text: str
) -> None:
    answer = post(elastic, body)
    assert answer.status_code == 400
    assert (answer.json()["code"], answer.json()["text"]) == (code, text)
    assert door.records == []


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ("", 401, 2),
        ("Splunk", 401, 3),
        ("Digest abc", 401, 3),
        ("Splunk keng_wrong", 403, 4),
        ("Splunk " + DISABLED, 403, 1),
    ],
)
def test_a_wrong_token_is_told_by_its_number(elastic: str, header: str, status: int, code: int) -> None:
    answer = post(elastic, TIMED, Authorization=header)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_channels_that_are_missing_or_no_guid_are_told(elastic: str) -> None:
    assert post(elastic, b'{"acks":[0]}', "/ack").json()["code"] == 10
    assert post(elastic, TIMED, "?channel=nonsense").json()["code"] == 11
    assert post(elastic, b'{"acks":"x"}', f"/ack?channel={CHANNEL}").json()["code"] == 6


def test_health_needs_no_token_and_other_addresses_are_refused(elastic: str) -> None:
    assert httpx.get(elastic + "/services/collector/health").json()["code"] == 17
    assert httpx.get(elastic + "/services/collector/health/1.0").status_code == 200
    assert post(elastic, TIMED, "/nothing").status_code == 404
    assert httpx.get(elastic + "/services/collector/event", headers=SPLUNK).status_code == 405


def test_a_bomb_is_refused_and_the_next_request_taken(
    serve_elastic: Callable[..., str], door: MemoryDoor
) -> None:
    url = serve_elastic(max_body_bytes=1 << 20)
    assert post(url, gzip.compress(b" " * (20 << 20)), **{"Content-Encoding": "gzip"}).status_code == 413
    assert post(url, TIMED).status_code == 200


def test_curl_delivers_and_asks_for_its_acknowledgement(elastic: str, door: MemoryDoor) -> None:
    curl = shutil.which("curl")
    if not curl:
        pytest.skip("needs curl")

    def run(path: str, data: str) -> dict[str, object]:
        done = subprocess.run(
            [curl, "-sS", f"{elastic}/services/collector{path}", "-H", f"Authorization: Splunk {TOKEN}",
             "-H", f"X-Splunk-Request-Channel: {CHANNEL}", "-d", data],
            capture_output=True, check=True, timeout=20,
        )  # fmt: skip
        told: dict[str, object] = json.loads(done.stdout)
        return told

    assert run("/event", '{"event":"from curl"}') == {"text": "Success", "code": 0, "ackId": 0}
    assert run("/ack", '{"acks":[0]}') == {"acks": {"0": True}}
    assert door.records == [b'{"event":"from curl"}']
