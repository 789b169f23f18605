"""Stages of response."""

import msgspec
import pytest

from keng.incidents.workflow import move, next_statuses
from keng.model.incident import Incident, IncidentStatus
from keng.model.rejected import Rejected


@pytest.mark.parametrize("before", IncidentStatus)
@pytest.mark.parametrize("after", IncidentStatus)
def test_exactly_the_listed_moves_exist(
    incident: Incident, before: IncidentStatus, after: IncidentStatus
) -> None:
    moved = move(msgspec.structs.replace(incident, status=before), after, "vì", 5)
    if after in next_statuses(before):
        assert isinstance(moved, Incident) and moved.status is after and moved.updated_us == 5
    else:
        assert isinstance(moved, Rejected)


def test_closing_needs_a_reason_and_reopening_clears_it(incident: Incident) -> None:
    assert isinstance(move(incident, IncidentStatus.CLOSED, "  ", 5), Rejected)
    closed = move(incident, IncidentStatus.CLOSED, " done ", 5)
    assert isinstance(closed, Incident) and (closed.closing, closed.closed_us) == ("done", 5)
    assert isinstance(move(closed, IncidentStatus.INVESTIGATING, "", 6), Rejected)
    again = move(closed, IncidentStatus.INVESTIGATING, "back", 6)
    assert isinstance(again, Incident) and (again.closing, again.closed_us) == ("", 0)


def test_every_stage_can_be_left() -> None:
    assert all(next_statuses(status) for status in IncidentStatus)
