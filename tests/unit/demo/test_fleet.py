from pathlib import Path

from keng.demo.fleet import read_fleet
from keng.demo.generate import Province
from keng.model.agency import Register
from keng.model.rejected import Rejected
from keng.resources import packs_dir
from keng.state.register_file import read_register


def test_the_register_and_the_machines_fit_together(province: Province) -> None:
    register = read_register(packs_dir() / "vn" / "demo" / "register.yml")
    assert isinstance(register, Register), register
    assert len(register.agencies) == 12
    assert len(register.systems) == 30
    assert 35 <= len(register.sources) <= 45
    assert {system.level for system in register.systems} == {1, 2, 3, 4}
    sources = {source.id: source for source in register.sources}
    assert {host.source for host in province.hosts} == set(sources)
    for host in province.hosts:
        source = sources[host.source]
        assert (source.agency, source.kind) == (host.agency, host.kind)
        assert source.transport == ("elastic_bulk" if host.route == "bulk" else "syslog")
        if host.route != "bulk":
            assert host.name in source.hostnames


def test_every_agency_has_a_name_in_both_languages() -> None:
    register = read_register(packs_dir() / "vn" / "demo" / "register.yml")
    assert isinstance(register, Register)
    assert all(agency.name_vi and agency.name_en for agency in register.agencies)


def test_names_and_addresses_belong_to_nobody(province: Province) -> None:
    for host in province.hosts:
        assert host.domain.endswith(".example")
        assert host.ip.startswith("10.")


def test_two_machines_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "fleet.yml"
    host = "{source: s, name: A, kind: linux, profile: p, ip: 10.0.0.1}"
    path.write_text(f"sites:\n  - {{agency: a, domain: a.example, netbios: A, hosts: [{host}, {host}]}}\n")
    assert isinstance(read_fleet(path), Rejected)


def test_an_unknown_kind_is_reported_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "fleet.yml"
    host = "{source: s, name: A, kind: toaster, profile: p, ip: 10.0.0.1}"
    path.write_text(
        f"sites:\n  - agency: a\n    domain: a.example\n    netbios: A\n    hosts:\n      - {host}\n"
    )
    found = read_fleet(path)
    assert isinstance(found, Rejected)
    assert ":6:" in found.position
