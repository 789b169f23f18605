"""Weeks of each kind of log source, as the measurement prints them."""

import pytest
from bench.silence import DAYS, KINDS, Row, Run, measure


def test_a_domain_controller_raises_no_false_alarm_in_three_weeks_and_is_missed_at_night() -> None:
    run = Run(KINDS[0], 1)
    run.go(0, 21 * DAYS + 240, alive=True)
    assert run.alarms == []
    run.go(21 * DAYS + 240, 21 * DAYS + 260, alive=False)
    assert len(run.alarms) == 1


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_none_that_stops_is_overlooked_and_false_alarms_are_rare(kind: object) -> None:
    row: Row = measure(kind, 1)  # type: ignore[arg-type]
    assert row.missed == 0
    assert row.stopped >= 3
    assert row.early <= 1
    assert row.late <= (2 if "monthly" in row.kind.name else 1)
