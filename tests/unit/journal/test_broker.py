"""The connection to a NATS server."""

import asyncio
from pathlib import Path

import pytest
from tests.servers.nats import NatsServer

from keng.journal.broker import ApiError, Broker, checked


def test_a_refusal_of_jetstream_is_an_error_with_its_code() -> None:
    assert checked(b'{"seq": 3}') == {"seq": 3}
    with pytest.raises(ApiError, match="maximum bytes") as caught:
        checked(b'{"error": {"code": 503, "err_code": 10077, "description": "maximum bytes exceeded"}}')
    assert caught.value.code == 10077


def test_what_takes_too_long_and_what_comes_after_closing_is_an_oserror(tmp_path: Path) -> None:
    server = NatsServer(tmp_path)
    try:
        broker = Broker(f"nats://127.0.0.1:1, {server.url}")
        assert broker.connected
        with pytest.raises(OSError, match="does not answer"):
            broker.call(asyncio.sleep(5), 0.05)
        broker.close()
        broker.close()
        with pytest.raises(OSError, match="closed"):
            broker.call(asyncio.sleep(0), 1)
    finally:
        server.kill()
