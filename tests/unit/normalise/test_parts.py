"""What a product's normaliser returns."""

from keng.model.event import LogSource
from keng.normalise.parts import Parts


def test_time_and_host_may_be_unknown() -> None:
    assert Parts({}, LogSource()) == ({}, LogSource(), 0, "")
