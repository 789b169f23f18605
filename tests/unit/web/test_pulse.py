"""The pulse of the sources."""

from typing import Any

from keng.state.sightings import Sighting, add_sightings
from keng.web.pulse import SAMPLES, Pulse


def test_rates_are_the_growth_between_two_readings(centre: Any) -> None:
    pulse = Pulse(centre)
    pulse.sample(100.0)
    with centre.state.write() as conn:
        add_sightings(
            conn, [Sighting("cap-nuoc-windows", "cap-nuoc", centre.now_us, centre.now_us, 30, 30, 0, 0)]
        )
    pulse.sample(103.0)
    assert pulse.of_source("cap-nuoc-windows")[-1] == 10
    assert pulse.of_agency("cap-nuoc")[-1] == 10
    assert pulse.of_all()[-1] == 10
    assert pulse.of_source("so-y-te-windows")[-1] == 0
    assert pulse.now([0, 3, 3, 3]) == 3


def test_pictures_are_always_of_the_same_length(centre: Any) -> None:
    pulse = Pulse(centre)
    assert len(pulse.of_all()) == len(pulse.of_source("unknown")) == SAMPLES
