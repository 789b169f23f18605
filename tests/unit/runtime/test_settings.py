from pathlib import Path

import pytest

from keng.runtime.settings import Settings, SettingsError, default_data_dir, load_settings


def test_flags_win_over_the_environment_over_the_file_over_defaults(tmp_path: Path) -> None:
    (tmp_path / "keng.toml").write_text('port = 1001\ningest_port = 1002\nhost = "::1"\nrules = ["a"]\n')
    settings = load_settings(
        {"data_dir": tmp_path, "port": 3001, "host": None}, {"KENG_PORT": "2001", "KENG_INGEST_PORT": "2002"}
    )
    assert (settings.port, settings.ingest_port, settings.syslog_port, settings.host) == (
        3001,
        2002,
        5514,
        "::1",
    )
    assert settings.data_dir == tmp_path
    assert settings.rules == (Path("a"),)


def test_the_data_folder_comes_from_the_environment(tmp_path: Path) -> None:
    assert default_data_dir({"KENG_DATA": "/srv/keng"}) == Path("/srv/keng")
    assert load_settings({}, {"KENG_DATA": str(tmp_path)}).journal_path == tmp_path / "journal.db"
    assert str(default_data_dir({})).endswith(".local/share/keng")


def test_several_rule_folders_in_the_environment(tmp_path: Path) -> None:
    settings = load_settings({}, {"KENG_DATA": str(tmp_path), "KENG_RULES": "/a:/b"})
    assert settings.rules == (Path("/a"), Path("/b"))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("colour = 1", "colour"),
        ('port = "many"', "port"),
        ("port = 70000", "port"),
        ("ingest_port = -1", "ingest_port"),
        ('tls_key = "k.pem"', "tls_certificate"),
        ('log_level = "loud"', "log_level"),
        ("journal_max_bytes = 5", "journal_max_bytes"),
        ('journal_url = "http://x"', "journal_url"),
        ('store_url = "http://x"', "store_url"),
        ('retention_days = "3=0"', "retention_days"),
        ('state_url = "mysql://x"', "state_url"),
        ("journal_replicas = 0", "journal_replicas"),
        ("port = ", "keng.toml"),
        ("\x00", "keng.toml"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "keng.toml").write_text(text)
    with pytest.raises(SettingsError, match=word):
        load_settings({"data_dir": tmp_path}, {})


def test_a_settings_file_that_was_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        load_settings({"data_dir": tmp_path}, {}, tmp_path / "nowhere.toml")


def test_syslog_can_be_switched_off(tmp_path: Path) -> None:
    assert load_settings({"data_dir": tmp_path, "syslog_port": -1}, {}).syslog_port == -1


def test_every_setting_is_explained() -> None:
    explained = Settings.__doc__ or ""
    assert [name for name in Settings.__struct_fields__ if name not in explained] == []


def test_the_places_of_the_data(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert settings.events_dir == tmp_path / "events"
    assert settings.cache_dir == tmp_path / "cache"
    assert settings.state_place == tmp_path / "state.db"
    assert Settings(state_url="postgresql://x").state_place == "postgresql://x"
