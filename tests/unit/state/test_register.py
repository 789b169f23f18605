"""The register and what an agency may see of it."""

from keng.model.agency import Agency, CentreProfile, Contact, InformationSystem, LogSourceEntry
from keng.model.rejected import Rejected
from keng.state import register
from keng.state.database import State
from keng.state.tokens import revoke_tokens

NOW = 1_790_000_000_000_000


def test_loading_gives_a_token_to_each_bulk_source_and_only_once(
    state: State, province: dict[str, str]
) -> None:
    assert sorted(province) == ["bv-win", "so-win"]
    with state.write() as conn:
        whole = register.Register(
            tuple(register.agencies(conn)), tuple(register.systems(conn)), tuple(register.sources(conn))
        )
        assert register.load_register(conn, whole, NOW) == {}


def test_a_token_leads_to_its_enabled_source(state: State, province: dict[str, str]) -> None:
    with state.write() as conn:
        found = register.source_by_token(conn, province["bv-win"])
        assert found is not None and (found.id, found.agency) == ("bv-win", "bv")
        assert register.source_by_token(conn, province["bv-win"][:-1]) is None
        disabled = LogSourceEntry("bv-win", "bv", "Windows", enabled=False)
        assert register.save_source(conn, disabled) is None
        assert register.source_by_token(conn, province["bv-win"]) is None


def test_a_revoked_token_is_dead_at_once(state: State, province: dict[str, str]) -> None:
    with state.write() as conn:
        revoke_tokens(conn, "bv-win", NOW)
    with state.read() as conn:
        assert register.source_by_token(conn, province["bv-win"]) is None
        assert register.source_by_token(conn, province["so-win"]) is not None


def test_an_agency_sees_only_its_own_systems_and_sources(state: State, province: object) -> None:
    own = frozenset({"so"})
    with state.read() as conn:
        assert [one.id for one in register.systems(conn, own)] == ["web-so"]
        assert [one.id for one in register.sources(conn, own)] == ["so-fw", "so-win"]
        assert register.system(conn, "his", own) is None
        assert register.source(conn, "bv-win", own) is None
        assert register.systems(conn, frozenset()) == []


def test_entries_must_refer_to_what_exists(state: State, province: object) -> None:
    with state.write() as conn:
        stray = register.save_system(conn, InformationSystem("x", "nobody", "X", "X", 1))
        foreign = register.save_source(conn, LogSourceEntry("y", "so", "Y", system="his"))
        homeless = register.save_source(conn, LogSourceEntry("y", "nobody", "Y"))
    assert all(isinstance(one, Rejected) for one in (stray, foreign, homeless))


def test_saving_replaces(state: State, province: object) -> None:
    changed = Agency(
        "bv", "Bệnh viện A", "Hospital A", "hospital", "1 Lê Lợi", (Contact("Lan", phone="113"),)
    )
    with state.write() as conn:
        register.save_agency(conn, changed)
        assert register.agency(conn, "bv") == changed
        assert register.agency(conn, "nobody") is None


def test_syslog_sources_and_system_levels_are_found(state: State, province: object) -> None:
    with state.read() as conn:
        assert register.source_systems(conn, ["bv-win", "so-fw", "so-win"]) == {
            "bv-win": ("his", 3),
            "so-win": ("web-so", 2),
        }


def test_the_centres_profile_has_defaults_until_it_is_saved(state: State) -> None:
    with state.write() as conn:
        assert register.centre_profile(conn) == CentreProfile()
        register.save_centre_profile(conn, CentreProfile(name_vi="Trung tâm X", phone="113"))
        assert register.centre_profile(conn).name("vi") == "Trung tâm X"
