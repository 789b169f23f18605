"""Running numbers."""

from datetime import UTC, datetime

from keng.model.agency import CentreProfile
from keng.state.database import State
from keng.state.numbering import next_number
from keng.state.register import save_centre_profile


def test_numbers_run_on_within_a_year_and_start_again_in_the_next(state: State) -> None:
    new_year_in_vietnam = int(datetime(2026, 12, 31, 17, 0, tzinfo=UTC).timestamp()) * 1_000_000
    with state.write() as conn:
        assert next_number(conn, "SC", new_year_in_vietnam - 1) == "SC-2026-0001"
        assert next_number(conn, "SC", new_year_in_vietnam - 1) == "SC-2026-0002"
        assert next_number(conn, "CB", new_year_in_vietnam - 1) == "CB-2026-0001"
        assert next_number(conn, "SC", new_year_in_vietnam) == "SC-2027-0001"
        save_centre_profile(conn, CentreProfile(timezone="no/where"))
        assert next_number(conn, "SC", new_year_in_vietnam) == "SC-2026-0003"
