import time

import pytest

from keng.formats.deliveries import split_delivery


@pytest.mark.parametrize(
    ("body", "records"),
    [
        (b'{"Records":[{"a":1},{"b": [{}]}]}', (b'{"a":1}', b'{"b": [{}]}')),
        (b'{ "records" : [ {"a" : "}]"} ] }', (b'{"a" : "}]"}',)),
        (b'[{"a":1},\n{"a":2}]', (b'{"a":1}', b'{"a":2}')),
        (b'{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{"a":1},{}]}', (b'{"a":1}', b"{}")),
        (b'{"@odata.context":"https://x","value":[{"a":1},{"a":2}]}', (b'{"a":1}', b'{"a":2}')),
    ],
)  # fmt: skip
def test_a_delivery_gives_its_records_with_their_own_text(body: bytes, records: tuple[bytes, ...]) -> None:
    assert split_delivery(body) == records


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<13>May  1 05:00:00 h p: [{",
        b'{"a":1}',
        b'{"kind":"Event","verb":"get","items":"x"}',
        b'{"Records":[]}',
        b'{"Records":[{"a":1}',
        b'{"Records":[{"a":1}}]}',
        b'[{"a":1},2]',
        b'{"name":"x","columns":{"value":[{"a":1}]}}',
    ],
)
def test_anything_else_stays_whole(body: bytes) -> None:
    assert split_delivery(body) == (body,)


def test_a_hostile_beginning_costs_little() -> None:
    start = time.process_time()
    for body in (
        b'{"kind"' * 9000,
        b'{"records":' + b" " * 60_000,
        b"[" * 60_000,
        b'{"value":"' + b"\\" * 60_000,
    ):
        assert split_delivery(body) == (body,)
    assert time.process_time() - start < 0.4
