"""Reads everything that the demo province is made of: register, machines, ordinary days, scenario, the centre."""

from pathlib import Path

import msgspec

from keng.demo.background import misfits, read_background
from keng.demo.data_file import read_data_file
from keng.demo.fleet import read_fleet
from keng.demo.generate import Province
from keng.demo.scenario import read_scenario
from keng.model.agency import CentreProfile, Register
from keng.model.rejected import Rejected
from keng.state.register_file import read_register


class DemoData(msgspec.Struct, frozen=True):
    """What `packs/<country>/demo` holds."""

    register: Register
    province: Province
    centre: CentreProfile


def read_demo(folder: Path) -> DemoData | Rejected:
    """The demo in a folder, checked whole."""
    try:
        register = read_register(folder / "register.yml")
    except OSError as error:
        return Rejected(str(error), str(folder / "register.yml"))
    if isinstance(register, tuple):
        return Rejected(register[0].reason, f"{folder / 'register.yml'}: {register[0].position}")
    hosts = read_fleet(folder / "fleet.yml")
    if isinstance(hosts, Rejected):
        return hosts
    background = read_background(folder / "background.yml")
    if isinstance(background, Rejected):
        return background
    if wrong := misfits(background, hosts):
        return Rejected("; ".join(wrong), str(folder / "background.yml"))
    if strangers := {host.source for host in hosts} - {source.id for source in register.sources}:
        return Rejected(f"no such log sources: {', '.join(sorted(strangers))}", str(folder / "fleet.yml"))
    scenario = read_scenario(folder / "scenario.yml", hosts, background.values)
    if isinstance(scenario, Rejected):
        return scenario
    centre = read_data_file(folder / "centre.yml", CentreProfile)
    if isinstance(centre, Rejected):
        return centre
    return DemoData(register, Province(hosts, background, scenario), centre)
