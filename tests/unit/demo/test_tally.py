from keng.demo.tally import Tally


def test_a_tally_starts_at_nothing() -> None:
    assert Tally() == Tally(accepted=0, refused=0, waited=0, lost=0, problem="")
