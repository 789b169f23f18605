"""A real state store in a fresh folder, and a small province in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from keng.i18n import using
from keng.model.agency import Agency, InformationSystem, LogSourceEntry, Register
from keng.state.database import State, open_state
from keng.state.register import load_register

NOW = 1_790_000_000_000_000


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Reasons are compared in English."""
    with using("en"):
        yield


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """An open, empty state store."""
    opened = open_state(tmp_path / "state.db")
    yield opened
    opened.close()


@pytest.fixture
def province(state: State) -> dict[str, str]:
    """Two agencies with a system and a source each; returns source id → token."""
    register = Register(
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
        tokens = load_register(conn, register, NOW)
    assert isinstance(tokens, dict)
    return tokens
