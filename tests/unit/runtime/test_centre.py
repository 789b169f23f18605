import asyncio
import gzip
import socket
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest

from keng.runtime.centre import Centre
from keng.runtime.data_folder import DataFolderError
from keng.runtime.http_server import PortError
from keng.runtime.parts import Parts
from keng.runtime.settings import Settings
from keng.state.alerts import AlertFilter, alerts
from keng.state.quarantine import quarantined
from keng.state.sightings import sightings

from .conftest import MemoryStore, register, until

Test = Callable[[Centre, dict[str, str]], Coroutine[Any, Any, None]]


def bulk(*documents: str) -> bytes:
    return b"".join(b'{"create":{}}\n' + document.encode() + b"\n" for document in documents)


async def send(centre: Centre, token: str, body: bytes, **headers: str) -> httpx.Response:
    url = f"http://127.0.0.1:{centre.ingest_port}/_bulk"
    async with httpx.AsyncClient() as client:
        return await client.post(url, content=body, headers={"Authorization": f"Bearer {token}", **headers})


async def send_tcp(centre: Centre, data: bytes) -> None:
    _reader, writer = await asyncio.open_connection("127.0.0.1", centre.syslog_port)
    writer.write(data)
    await writer.drain()
    writer.close()
    await writer.wait_closed()


@pytest.fixture
def with_centre(settings: Settings, parts: Parts) -> Callable[[Test], None]:
    async def running(test: Test) -> None:
        centre = Centre(settings, parts)
        await centre.start()
        try:
            await test(centre, register(centre.state))
            await until(lambda: centre.stats.queue_batches == 0)
            assert centre.stats.difference == 0
        finally:
            await centre.stop()

    return lambda test: asyncio.run(running(test))


def test_a_bulk_request_becomes_an_alert_within_two_seconds(
    with_centre: Callable[[Test], None], store: MemoryStore
) -> None:
    async def test(centre: Centre, tokens: dict[str, str]) -> None:
        with centre.changes.subscribe() as queue:
            assert (
                await send(centre, tokens["bv-win"], bulk('{"message":"evil"}', '{"message":"good"}'))
            ).status_code == 200
            change = await asyncio.wait_for(queue.get(), 2.0)
        assert (change.kind, change.alert.agency, change.alert.source) == ("new", "bv", "bv-win")
        with centre.state.read() as conn:
            assert [alert.count for alert in alerts(conn, AlertFilter(), None)] == [1]
            assert sightings(conn, None)["bv-win"].received == 2
        assert [event.raw for event in store.events] == ['{"message":"evil"}', '{"message":"good"}']
        await until(lambda: centre.stats.alerts == 1)
        assert centre.stats.latency_p99_s < 2
        assert (centre.stats.stored, centre.stats.detected, centre.stats.alerts) == (2, 1, 1)

    with_centre(test)


def test_a_request_that_is_sent_again_is_stored_once(
    with_centre: Callable[[Test], None], store: MemoryStore
) -> None:
    async def test(centre: Centre, tokens: dict[str, str]) -> None:
        body = bulk('{"n":1}', '{"n":1}', '{"n":2}')
        for _turn in range(3):
            await send(centre, tokens["bv-win"], body)
        await send(centre, tokens["so-win"], body)
        await until(lambda: centre.stats.queue_batches == 0)
        assert len(store.events) == 6
        assert centre.stats.duplicates == 6

    with_centre(test)


def test_equal_syslog_lines_are_two_events(with_centre: Callable[[Test], None], store: MemoryStore) -> None:
    async def test(centre: Centre, _tokens: dict[str, str]) -> None:
        line = b"<34>Nov  3 01:02:03 fw1 app: the same\n"
        await send_tcp(centre, line * 2)
        await send_tcp(centre, b"%d %b" % (len(line), line))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(line, ("127.0.0.1", centre.syslog_port))
        await until(lambda: len(store.events) == 4)
        assert {event.agency for event in store.events} == {"so"}
        assert len({event.id for event in store.events}) == 4

    with_centre(test)


def test_what_is_refused_is_counted_and_kept_with_its_reason(
    with_centre: Callable[[Test], None], store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENG_LANG", "en")

    async def test(centre: Centre, tokens: dict[str, str]) -> None:
        await send(centre, tokens["bv-win"], bulk('{"n":1}', '{"broken', '{"n":2}'))
        await send_tcp(centre, b"<34>Nov  3 01:02:03 stranger app: hello\n")
        await send_tcp(
            centre,
            b"<34>Nov  3 01:02:03 fw1 app: " + b"x" * 1_000_000 + b"\n<34>Nov  3 01:02:03 fw1 app: next\n",
        )
        await until(lambda: len(store.events) == 3)
        await until(lambda: centre.stats.rejected == 3)
        await asyncio.sleep(1.3)
        with centre.state.read() as conn:
            kept = {(one.source, one.raw[:12]): one.reason for one in quarantined(conn, None)}
        assert "not valid JSON" in kept["bv-win", b'{"broken']
        assert "stranger" in kept["", b"<34>Nov  3 0"]
        assert "1000029 bytes" in kept["so-fw", b"<34>Nov  3 0"]
        assert centre.stats.received == 6

    with_centre(test)


def test_a_wrong_token_an_unknown_agency_and_a_disabled_source_are_told_apart(
    with_centre: Callable[[Test], None],
) -> None:
    from sqlalchemy import text

    async def test(centre: Centre, tokens: dict[str, str]) -> None:
        assert (await send(centre, "keng_wrong", bulk("{}"))).status_code == 401
        with centre.state.write() as conn:
            conn.execute(text("PRAGMA defer_foreign_keys = ON"))
            conn.execute(text("UPDATE log_source SET enabled = 0 WHERE id = 'so-win'"))
        answer = await send(centre, tokens["so-win"], bulk("{}"))
        assert answer.status_code == 403
        assert "so-win" in answer.json()["error"]["reason"]

    with_centre(test)


def test_a_withdrawn_token_works_for_a_second_at_most(with_centre: Callable[[Test], None]) -> None:
    from keng.state.tokens import revoke_tokens

    async def test(centre: Centre, tokens: dict[str, str]) -> None:
        assert (await send(centre, tokens["bv-win"], bulk("{}"))).status_code == 200
        with centre.state.write() as conn:
            revoke_tokens(conn, "bv-win", 1)
        await asyncio.sleep(1.1)
        assert (await send(centre, tokens["bv-win"], bulk("{}"))).status_code == 401

    with_centre(test)


def test_a_truncated_body_and_a_bomb_cost_nothing_else(with_centre: Callable[[Test], None]) -> None:
    async def test(centre: Centre, tokens: dict[str, str]) -> None:
        packed = gzip.compress(bulk('{"n":1}'))
        gz = {"Content-Encoding": "gzip"}
        assert (await send(centre, tokens["bv-win"], packed[:-9], **gz)).status_code == 400
        assert (
            await send(centre, tokens["bv-win"], gzip.compress(bytes(200 << 20)), **gz)
        ).status_code == 413
        assert (await send(centre, tokens["bv-win"], packed, **gz)).status_code == 200

    with_centre(test)


def test_unparsed_records_are_stored_raw_and_counted(
    with_centre: Callable[[Test], None], store: MemoryStore
) -> None:
    async def test(centre: Centre, _tokens: dict[str, str]) -> None:
        with centre.state.write() as conn:
            import msgspec

            from keng.state.register import save_source, source

            found = source(conn, "so-fw")
            assert found is not None
            save_source(conn, msgspec.structs.replace(found, addresses=("127.0.0.0/8",)))
        await asyncio.sleep(1.1)
        await send_tcp(centre, b"!!! no format knows this line\n")
        await until(lambda: len(store.events) == 1)
        assert (store.events[0].parsed, store.events[0].raw) == (False, "!!! no format knows this line")
        await until(lambda: centre.stats.unparsed == 1)

    with_centre(test)


def test_a_failing_store_is_tried_again_and_nothing_is_lost(
    with_centre: Callable[[Test], None], store: MemoryStore
) -> None:
    async def test(centre: Centre, tokens: dict[str, str]) -> None:
        store.fail = 2
        await send(centre, tokens["bv-win"], bulk('{"n":1}'))
        await until(lambda: "No space left" in centre.stats.failure)
        await until(lambda: len(store.events) == 1)
        await until(lambda: centre.stats.failure == "")

    with_centre(test)


def test_an_event_that_breaks_the_engine_is_isolated_and_the_rest_detected(
    with_centre: Callable[[Test], None], store: MemoryStore
) -> None:
    async def test(centre: Centre, tokens: dict[str, str]) -> None:
        await send(centre, tokens["bv-win"], bulk('{"n":"evil 1"}', '{"n":"poison"}', '{"n":"evil 2"}'))
        await until(lambda: centre.stats.detected == 2)
        assert len(store.events) == 3
        with centre.state.read() as conn:
            (kept,) = quarantined(conn, None)
        assert "stumbled" in kept.reason

    with_centre(test)


def test_new_rules_take_over_and_keep_what_was_counted(with_centre: Callable[[Test], None]) -> None:
    async def test(centre: Centre, tokens: dict[str, str]) -> None:
        await send(centre, tokens["bv-win"], bulk('{"n":"fail 1"}', '{"n":"fail 2"}'))
        await until(lambda: centre.stats.stored == 2)
        before = centre.ruleset
        assert await centre.reload_rules() is centre.ruleset is not before
        await send(centre, tokens["bv-win"], bulk('{"n":"fail 3"}'))
        await until(lambda: centre.stats.detected == 1)

    with_centre(test)


def test_metrics_are_served_to_this_machine(with_centre: Callable[[Test], None]) -> None:
    async def test(centre: Centre, tokens: dict[str, str]) -> None:
        await send(centre, tokens["bv-win"], bulk('{"n":1}'))
        await until(lambda: centre.stats.stored == 1)
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"http://127.0.0.1:{centre.ingest_port}/metrics")
        assert "keng_stored_total 1.0" in answer.text
        assert "keng_difference 0.0" in answer.text

    with_centre(test)


def test_correlations_and_the_journal_survive_a_restart(
    settings: Settings, parts: Parts, store: MemoryStore
) -> None:
    async def once(documents: list[str], tokens: dict[str, str], expect: int) -> dict[str, str]:
        centre = Centre(settings, parts)
        await centre.start()
        tokens = tokens or register(centre.state)
        await send(centre, tokens["bv-win"], bulk(*documents))
        await until(lambda: len(store.events) == expect and centre.stats.queue_batches == 0)
        await centre.stop()
        return tokens

    async def test() -> None:
        tokens = await once(['{"n":"fail 1"}', '{"n":"fail 2"}'], {}, 2)
        await once(['{"n":"fail 2"}', '{"n":"fail 3"}'], tokens, 3)
        centre = Centre(settings, parts)
        await centre.start()
        with centre.state.read() as conn:
            assert [alert.rule.id for alert in alerts(conn, AlertFilter(), None)] == ["three-fails"]
        await centre.stop()
        assert store.closed

    asyncio.run(test())


def test_a_second_centre_on_the_folder_is_refused(settings: Settings, parts: Parts) -> None:
    async def test() -> None:
        centre = Centre(settings, parts)
        await centre.start()
        with pytest.raises(DataFolderError, match=str(settings.data_dir)):
            await Centre(settings, parts).start()
        await centre.stop()
        again = Centre(settings, parts)
        await again.start()
        await again.stop()

    asyncio.run(test())


def test_a_busy_port_is_named_with_the_option_to_change_it(
    settings: Settings, parts: Parts, tmp_path: Path
) -> None:
    async def test() -> None:
        with socket.socket() as busy:
            busy.bind(("127.0.0.1", 0))
            busy.listen()
            port = busy.getsockname()[1]
            with pytest.raises(PortError, match=f"{port}.*--ingest-port"):
                await Centre(
                    Settings(data_dir=tmp_path / "d", ingest_port=port, syslog_port=0), parts
                ).start()

    asyncio.run(test())
