"""The health of log sources."""

from keng.state.database import State
from keng.state.sightings import Sighting, add_sightings, sightings

NOW = 1_790_000_000_000_000


def test_counts_add_up_and_the_last_error_stays(state: State) -> None:
    with state.write() as conn:
        add_sightings(conn, [Sighting("s", "bv", NOW, NOW, 10, 8, 1, 1, "bad line", NOW)])
        add_sightings(conn, [Sighting("s", "bv", NOW + 1, NOW + 9, 5, 5)])
        add_sightings(conn, [Sighting("s", "bv", NOW, NOW + 3, 1, 1)])
    with state.read() as conn:
        assert sightings(conn, None)["s"] == Sighting("s", "bv", NOW, NOW + 9, 16, 14, 1, 1, "bad line", NOW)


def test_an_agency_sees_only_its_own_sources(state: State) -> None:
    with state.write() as conn:
        add_sightings(conn, [Sighting("a", "bv", NOW, NOW), Sighting("b", "so", NOW, NOW)])
        assert list(sightings(conn, frozenset({"so"}))) == ["b"]
