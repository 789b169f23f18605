from keng.health.cadence import Cadence, look
from keng.state.cadences import SourceCadence, cadences, save_cadences
from keng.state.database import State


def test_what_was_learned_comes_back_and_only_to_those_who_may_see_it(state: State) -> None:
    learned = Cadence()
    look(learned, True, 7, 20_000)
    one, two = SourceCadence("a", "x", learned, 5), SourceCadence("b", "y", Cadence(), 6, 4)
    with state.write() as conn:
        save_cadences(conn, [one, two])
        save_cadences(conn, [one])
    with state.read() as conn:
        assert cadences(conn, None) == {"a": one, "b": two}
        assert set(cadences(conn, frozenset({"y"}))) == {"b"}
