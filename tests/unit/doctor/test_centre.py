"""What the state says, and what a running centre answers."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from keng.doctor import centre
from keng.doctor.finding import Finding, Health
from keng.health.cadence import Cadence
from keng.model.agency import Agency, LogSourceEntry, Register
from keng.model.user import Actor, Role
from keng.runtime.settings import Settings
from keng.runtime.stats import Stats
from keng.state import audit, users
from keng.state.cadences import SourceCadence, save_cadences
from keng.state.database import open_state
from keng.state.register import load_register
from keng.state.sightings import Sighting, add_sightings

NOW = 1_790_000_000_000_000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    state = open_state(tmp_path / "state.db")
    sources = tuple(LogSourceEntry(name, "bv", f"Nguồn {name}") for name in ("a", "b", "c"))
    with state.write() as conn:
        load_register(conn, Register((Agency("bv", "Bệnh viện", "Hospital"),), (), sources), NOW)
        users.create_user(conn, "quan.tri", Role.ADMIN, "x", Actor("cli"), NOW)
        add_sightings(
            conn,
            [
                Sighting("a", "bv", NOW, NOW, 10, 10),
                Sighting("b", "bv", NOW, NOW, 10, 5, 5, skew_us=-9_000_000),
            ],
        )
        save_cadences(conn, [SourceCadence("a", "bv", Cadence(), NOW, NOW)])
    state.close()
    return Settings(data_dir=tmp_path)


def found(findings: Any) -> dict[str, Finding]:
    return {one.check: one for one in findings}


def test_silent_unheard_skewed_and_unrecognised_sources_are_named(settings: Settings) -> None:
    by_check = found(centre.check_state(settings, NOW))
    assert by_check["audit"].health is by_check["administrator"].health is Health.GOOD
    for check, name in (("silent", "a"), ("never_heard", "c"), ("clock", "b"), ("unparsed", "b")):
        one = by_check[f"sources_{check}"]
        assert one.health is Health.WARN and f"Nguồn {name}" in one.text and one.advice, check


def test_a_centre_without_a_backup_of_this_week_is_told_so(settings: Settings) -> None:
    day = 86_400_000_000
    one = found(centre.check_state(settings, NOW))["backup"]
    assert one.health is Health.WARN and "keng backup" in one.advice
    state = open_state(settings.data_dir / "state.db")
    with state.write() as conn:
        audit.record(conn, NOW, Actor("cli"), "backup.make", "backup:x", {})
    state.close()
    for days, health in ((0, Health.GOOD), (6, Health.GOOD), (7, Health.WARN)):
        assert found(centre.check_state(settings, NOW + days * day))["backup"].health is health


def test_an_edited_audit_log_is_broken(settings: Settings) -> None:
    state = open_state(settings.data_dir / "state.db")
    with state.engine.begin() as conn:
        for name in (
            conn.execute(text("select name from sqlite_master where type = 'trigger'")).scalars().all()
        ):
            conn.execute(text(f"drop trigger {name}"))
        conn.execute(text("update audit set actor = 'nobody' where seq = 1"))
    state.close()
    assert found(centre.check_state(settings, NOW))["audit"].health is Health.BAD


def test_a_folder_without_state_is_no_failure(tmp_path: Path) -> None:
    assert [one.health for one in centre.check_state(Settings(data_dir=tmp_path), NOW)] == [Health.WARN]
    assert centre.running_stats(Settings(data_dir=tmp_path)) is None


def stats(**changed: Any) -> dict[str, Any]:
    names = dict.fromkeys(Stats.__struct_fields__, 0)
    return {**names, "pipeline_alive": True, "failure": "", "journal_max_bytes": 100, **changed}


@pytest.mark.parametrize(
    ("changed", "check"),
    [
        ({"failure": "store: disk full"}, "pipeline"),
        ({"pipeline_alive": False}, "pipeline"),
        ({"latency_p99_s": 9.0}, "latency"),
        ({"journal_bytes": 95}, "journal"),
        ({"difference": 1}, "accounting"),
        ({"dropped": 4}, "dropped"),
    ],
)
def test_what_goes_wrong_in_a_running_centre_is_found(changed: dict[str, Any], check: str) -> None:
    calm = list(centre.check_running(stats()))
    assert {one.health for one in calm} == {Health.GOOD}
    ill = [one for one in centre.check_running(stats(**changed)) if one.health is not Health.GOOD]
    assert [one.check for one in ill] == [check] and ill[0].advice


def test_the_numbers_of_a_centre_go_through_json() -> None:
    assert set(msgspec.json.decode(msgspec.json.encode(stats()))) == set(Stats.__struct_fields__)


def test_our_own_rules_load(settings: Settings) -> None:
    by_check = found(centre.check_rules(settings))
    assert by_check["rules"].health is Health.GOOD
    assert by_check["rules_dead"].health is Health.GOOD, by_check["rules_dead"].text


def test_a_rule_whose_field_never_arrives_is_told(settings: Settings, tmp_path: Path) -> None:
    rule = tmp_path / "dead.yml"
    rule.write_text(
        "title: x\nlogsource: {product: windows, category: process_creation}\n"
        "detection: {s: {NoSuchField: x}, condition: s}\n"
    )
    mine = msgspec.structs.replace(settings, rules=(rule,))
    one = found(centre.check_rules(mine))["rules_dead"]
    assert one.health is Health.WARN and "1" in one.text and one.advice
