from pathlib import Path

import pytest

from keng.demo.generate import Province
from keng.demo.scenario import read_scenario, seconds
from keng.model.rejected import Rejected

HEAD = "format: 1\nname: {vi: a, en: b}\n"
STEP = "{at: 1, host: KHENAM-VP-05, do: {event: process, image: a.exe}}"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (12, 12.0),
        (1.5, 1.5),
        ("90s", 90.0),
        ("2m", 120.0),
        ("1h", 3600.0),
        ("3", 3.0),
        ("soon", None),
        (-1, None),
    ],
)
def test_times_are_read_in_each_way(text: float | str, wanted: float | None) -> None:
    assert seconds(text) == wanted


def test_the_campaign_goes_through_three_agencies(province: Province) -> None:
    agency = {host.name: host.agency for host in province.hosts}
    order = list(dict.fromkeys(agency[step.host] for step in province.scenario.campaign))
    assert order == ["khenam", "sonnmt", "bvdk"]


def test_every_phase_is_told_in_both_languages_and_used(province: Province) -> None:
    scenario = province.scenario
    used = {step.phase for step in [*scenario.campaign, *scenario.noise, *scenario.follow_ups]}
    assert used == set(scenario.phases)
    assert all(text.of("vi") and text.of("en") for text in scenario.phases.values())


def test_a_step_is_one_action_or_several(province: Province) -> None:
    assert all(step.actions for step in province.scenario.campaign)


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (STEP.replace("KHENAM-VP-05", "NOBODY"), "not in the fleet"),
        (STEP.replace("at: 1", "at: soon"), "must be times"),
        (STEP.replace("at: 1", "at: 1, times: 0"), "`times`"),
        (STEP.replace("at: 1", "at: 1, phase: none"), "phase 'none'"),
        (STEP.replace("at: 1", "at: 1, user: stranger"), "does not work"),
        (STEP.replace("{event: process, image: a.exe}", "{event: web_request}"), "cannot log WebRequest"),
        (STEP.replace("a.exe", "'{nowhere}'"), "nowhere"),
    ],
)
def test_mistakes_in_a_step_are_named(tmp_path: Path, province: Province, step: str, reason: str) -> None:
    path = tmp_path / "scenario.yml"
    path.write_text(f"{HEAD}campaign:\n  - {step}\n")
    found = read_scenario(path, province.hosts, {})
    assert isinstance(found, Rejected)
    assert reason in found.reason
    assert "campaign[0]" in found.position


def test_a_newer_format_is_refused(tmp_path: Path, province: Province) -> None:
    path = tmp_path / "scenario.yml"
    path.write_text(HEAD.replace("1", "2") + "campaign: []\n")
    found = read_scenario(path, province.hosts, {})
    assert isinstance(found, Rejected)
    assert "format 2" in found.reason


def test_a_typing_mistake_is_reported_with_its_line(tmp_path: Path, province: Province) -> None:
    path = tmp_path / "scenario.yml"
    path.write_text(f"{HEAD}campaign:\n  - {STEP}\n  - {STEP.replace('at:', 'att:')}\n")
    found = read_scenario(path, province.hosts, {})
    assert isinstance(found, Rejected)
    assert found.position.startswith(f"{path}:5:")
