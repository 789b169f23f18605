"""The machines that the generator plays: hosts, their kind, their people."""

from pathlib import Path
from typing import Literal

import msgspec

from keng.demo.data_file import read_data_file
from keng.model.rejected import Rejected

Kind = Literal["windows", "linux", "web", "firewall", "zeek", "suricata"]
Route = Literal["bulk", "tcp", "udp"]
ROUTE_OF_KIND: dict[str, Route] = {"linux": "tcp", "firewall": "udp"}


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who works at an agency. account: as in logs ("hoa.nt"); name: as in folders ("Nguyễn Thị Hoa")."""

    account: str
    name: str


class HostEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A machine as the file states it. weight: its share of the background traffic in the busy hour."""

    source: str
    name: str
    kind: Kind
    profile: str
    ip: str
    weight: float = 1.0
    sysmon: bool = True
    route: Route | None = None


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An agency's network."""

    agency: str
    domain: str
    netbios: str
    hosts: list[HostEntry]
    people: list[Person] = []


class FleetFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    sites: list[Site]


class Host(msgspec.Struct, frozen=True, eq=False):
    """A machine in its place. route: how its log travels ("bulk": HTTP; "tcp", "udp": syslog)."""

    source: str
    name: str
    kind: str
    profile: str
    ip: str
    weight: float
    sysmon: bool
    route: Route
    agency: str
    domain: str
    netbios: str
    people: tuple[Person, ...]

    @property
    def fqdn(self) -> str:
        """The name with its domain, as Windows logs it."""
        return f"{self.name}.{self.domain}"


def read_fleet(path: Path) -> tuple[Host, ...] | Rejected:
    """All hosts of a fleet file, in its order."""
    file = read_data_file(path, FleetFile)
    if isinstance(file, Rejected):
        return file
    hosts: list[Host] = []
    for site in file.sites:
        people = tuple(site.people) or (Person("quantri", "Quản trị viên"),)
        hosts.extend(
            Host(
                entry.source,
                entry.name,
                entry.kind,
                entry.profile,
                entry.ip,
                entry.weight,
                entry.sysmon,
                entry.route or ROUTE_OF_KIND.get(entry.kind, "bulk"),
                site.agency,
                site.domain,
                site.netbios,
                people,
            )
            for entry in site.hosts
        )
    names = [host.name for host in hosts]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        return Rejected(f"host names must be unique, these are not: {', '.join(twice)}", str(path))
    return tuple(hosts)
