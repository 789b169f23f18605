"""The state of each log source, as its row says it."""

from typing import Any

from keng.web.pulse import Pulse
from keng.web.source_rows import by_agency, source_rows


def test_rows_tell_a_usual_pause_from_silence_and_put_what_needs_a_look_first(centre: Any) -> None:
    with centre.state.read() as conn:
        rows = source_rows(conn, {}, Pulse(centre), centre.now_us, None)
        own = source_rows(conn, {}, Pulse(centre), centre.now_us, frozenset({"so-y-te"}))
    states = [row.state for row in rows]
    assert states[0] == "silent" and "never" in states and "on" in states
    assert states == sorted(states, key=["silent", "never", "quiet", "on", "off"].index)
    assert {row.entry.agency for row in own} == {"so-y-te"}
    assert {row.clock for row in rows} >= {"good", "ahead", "zone", "behind", ""}
    learned = [row for row in rows if row.week]
    assert learned and all(len(row.week) == 168 for row in learned)
    assert max(row.missed for row in rows) > 0.5


def test_an_agency_is_as_blind_as_its_sources_and_the_blindest_stands_first(centre: Any) -> None:
    with centre.state.read() as conn:
        rows = source_rows(conn, {}, Pulse(centre), centre.now_us, None)
    agencies = by_agency(rows)
    assert agencies[0].silent == 1
    assert sum(one.speaking + one.silent + one.never for one in agencies) == len(rows)
    assert sum(one.received for one in agencies) == sum(row.seen.received for row in rows if row.seen)
    assert any(one.wrong_clocks for one in agencies)
