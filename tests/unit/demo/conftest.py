"""The demo province that ships with Kẻng, and a moment on one of its machines."""

from collections.abc import Callable
from random import Random

import pytest

from keng.demo.background import Background, read_background
from keng.demo.fleet import read_fleet
from keng.demo.generate import Province
from keng.demo.places import Filler
from keng.demo.scenario import Scenario, read_scenario
from keng.demo.wire.moment import Memory, Moment
from keng.resources import packs_dir

DEMO = packs_dir() / "vn" / "demo"
T0 = 1_764_000_000_000_000


@pytest.fixture(scope="session")
def province() -> Province:
    hosts = read_fleet(DEMO / "fleet.yml")
    assert isinstance(hosts, tuple), hosts
    background = read_background(DEMO / "background.yml")
    assert isinstance(background, Background), background
    scenario = read_scenario(DEMO / "scenario.yml", hosts, background.values)
    assert isinstance(scenario, Scenario), scenario
    return Province(hosts, background, scenario)


@pytest.fixture
def moment(province: Province) -> Callable[[str], Moment]:
    def at(host_name: str) -> Moment:
        host = next(host for host in province.hosts if host.name == host_name)
        values = province.background.values | province.scenario.values
        return Moment(host, T0, Filler(host, host.people[0], Random(7), values), Memory())

    return at
