"""The stream of changes."""

import asyncio
import time
from typing import Any

from keng.auth.sessions import end_session, session, start_session
from keng.model.alert import AlertChange
from keng.runtime.changes import Changes
from keng.state import alerts, users
from keng.web.pages.live import messages


def test_a_change_is_told_and_the_stream_ends_with_the_session(centre: Any) -> None:
    now_us = time.time_ns() // 1000
    with centre.state.write() as conn:
        person = users.user_by_name(conn, "an.tran")
        assert person is not None
        mine = start_session(conn, person, "", now_us)
        one = alerts.alerts(conn, alerts.AlertFilter(), None, limit=1)[0]

    async def listen() -> list[str]:
        old, centre.changes = centre.changes, Changes()
        heard = []
        try:
            stream = messages(centre, mine.id)
            heard.append((await anext(stream)).event)
            centre.changes.publish([AlertChange("new", one)])
            heard.append((await anext(stream)).event)
            with centre.state.write() as conn:
                living = session(conn, mine.id, now_us)
                assert living is not None
                end_session(conn, living, "", now_us)
            heard += [message.event async for message in stream]
        finally:
            centre.changes = old
        return heard

    started = time.monotonic()
    assert asyncio.run(asyncio.wait_for(listen(), 10)) == ["pulse", "alerts"]
    assert time.monotonic() - started < 5


def test_nobody_listens_without_the_right(browser: Any) -> None:
    assert browser("").get("/alerts/stream").status_code == 303
    assert browser("cntt.benhvien").get("/alerts/stream").status_code == 403
