"""A real state store on SQLite and on PostgreSQL, and a small province in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.servers.postgresql import postgresql

from keng.i18n import using
from keng.model.agency import Agency, InformationSystem, LogSourceEntry, Register
from keng.model.bulletin import Bulletin
from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event, LogSource
from keng.model.incident import Incident
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.model.user import SYSTEM, Actor, Role
from keng.state import alerts, bulletins, incidents, register, users
from keng.state.database import State, open_state
from keng.state.register import load_register
from keng.state.sightings import Sighting, add_sightings

NOW = 1_790_000_000_000_000
LAN = Actor("lan")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Reasons are compared in English."""
    with using("en"):
        yield


postgres = pytest.fixture(scope="session")(postgresql)


@pytest.fixture(params=["sqlite", "postgresql"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[State]:
    """An open, empty state store, on each database."""
    where: Path | str = tmp_path / "state.db"
    if request.param == "postgresql":
        where = request.getfixturevalue("postgres").emptied()
    opened = open_state(where)
    yield opened
    opened.close()


@pytest.fixture
def province(state: State) -> dict[str, str]:
    """Two agencies with a system and a source each; returns source id → token."""
    entries = Register(
        agencies=(Agency("bv", "Bệnh viện tỉnh", "Provincial Hospital"), Agency("so", "Sở Y tế", "Health")),
        systems=(
            InformationSystem("his", "bv", "Quản lý bệnh viện", "Hospital information", 3),
            InformationSystem("web-so", "so", "Cổng thông tin", "Portal", 2),
        ),
        sources=(
            LogSourceEntry("bv-win", "bv", "Windows", kind="windows", system="his"),
            LogSourceEntry("so-win", "so", "Windows", kind="windows", system="web-so"),
            LogSourceEntry("so-fw", "so", "Firewall", transport="syslog", hostnames=("fw1",)),
        ),
    )
    with state.write() as conn:
        tokens = load_register(conn, entries, NOW)
    assert isinstance(tokens, dict)
    return tokens


@pytest.fixture
def drafted(state: State, province: object) -> Bulletin:
    """A draft by the analyst lan about an attack on agency bv; hoa is the head, so and xa are others."""
    with state.write() as conn:
        register.save_agency(conn, Agency("xa", "Ủy ban xã", "Commune"))
        users.create_user(conn, "lan", Role.ANALYST, "h", SYSTEM, NOW)
        users.create_user(conn, "hoa", Role.HEAD, "h", SYSTEM, NOW)
        users.create_user(conn, "y.ta", Role.AGENCY, "h", SYSTEM, NOW, agency_id="bv")
        event = Event({}, LogSource("windows"), NOW, "PC-1", id="e1", agency="bv", source="bv-win")
        rule = RuleInfo("r1", "Shadow copies deleted", Severity.HIGH, ("attack.impact",))
        (change,) = alerts.record_detections(conn, [Detection(rule, event, {"Image": "C:\\evil.exe"})], NOW)
        proposal = incidents.propose_incident(conn, [change.alert.id], "vi")
        assert not isinstance(proposal, Rejected)
        made = incidents.create_incident(conn, [change.alert.id], proposal, LAN, NOW)
        assert isinstance(made, Incident)
        add_sightings(conn, [Sighting("so-win", "so", NOW, NOW, 1, 1)])
        draft = bulletins.draft_bulletin(conn, made.id, LAN, NOW)
    assert isinstance(draft, Bulletin)
    return draft
