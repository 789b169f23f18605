from keng.health.outage import FEWEST, TOGETHER_US, belongs, outage_since

MINUTE = 60_000_000


def test_three_that_stop_within_minutes_are_one_outage_and_two_are_not() -> None:
    assert outage_since([0, MINUTE]) is None
    assert outage_since([0, MINUTE, 2 * MINUTE]) == 2 * MINUTE
    assert FEWEST == 3


def test_those_that_stopped_at_other_times_do_not_make_one() -> None:
    assert outage_since([0, 60 * MINUTE, 120 * MINUTE, 180 * MINUTE]) is None
    # A printer that was quiet for hours before the cut does not move it.
    assert outage_since([-300 * MINUTE, 0, MINUTE, 2 * MINUTE]) == 2 * MINUTE


def test_the_most_decide_when_it_was() -> None:
    early, late = [0, 1, 2], [90 * MINUTE + n for n in range(10)]
    assert outage_since(early + late) == late[-1]


def test_what_was_quiet_before_belongs_to_it_and_what_spoke_long_after_does_not() -> None:
    assert belongs(-10 * MINUTE, 0)
    assert belongs(TOGETHER_US, 0)
    assert not belongs(TOGETHER_US + 1, 0)
