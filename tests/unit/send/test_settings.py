"""Settings from flags, the environment and a file."""

from pathlib import Path

import pytest

from keng.send.settings import SendSettingsError, Source, load_send_settings


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "send.toml"
    file.write_text(
        'to = "http://file"\ntoken = "f"\nhost = "h"\n[[source]]\ntoken = "s"\ndrop = ["/d"]\n[[source]]\npaths = ["/p"]'
    )
    settings = load_send_settings(
        {"to": "http://flag", "state": None}, {"KENG_SEND_TO": "http://env", "KENG_SEND_TOKEN": "e"}, file
    )
    assert (settings.to, settings.token, settings.host) == ("http://flag", "e", "h")
    assert settings.sources == (Source("s", (), ("/d",)), Source("e", ("/p",)))
    settings = load_send_settings(
        {}, {"KENG_SEND_TO": "x", "KENG_SEND_TOKEN": "t", "KENG_SEND_PATHS": "/a:/b", "KENG_SEND_STATE": "/s"}
    )
    assert settings.sources == (Source("t", ("/a", "/b")),)
    assert settings.state_dir == Path("/s")


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        ({"token": "t", "paths": ["a"]}, "--to"),
        ({"to": "x", "token": "t"}, "nothing to send"),
        ({"to": "x", "paths": ["a"]}, "no token"),
        ({"to": "x", "token": "t", "paths": ["a"], "spool_max_bytes": 5}, "spool_max_bytes"),
        ({"to": "x", "token": "t", "paths": ["a"], "nonsense": 5}, "nonsense"),
        ({"to": "x", "token": "t", "paths": ["-"], "source": [{"paths": ["-"]}]}, "standard input"),
    ],
)
def test_what_cannot_be_used_is_named(flags: dict[str, object], text: str) -> None:
    with pytest.raises(SendSettingsError, match=text):
        load_send_settings(flags, {})


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("to = ")
    for name in ("bad.toml", "none.toml"):
        with pytest.raises(SendSettingsError, match=name):
            load_send_settings({}, {}, tmp_path / name)
