"""Lines fit the terminal and keep their words; where none looks on they stay whole."""

import pytest

from keng.cli.lines import fitted, put, width

TEXT = "/a/long/path/to/a/rule.yml:3:1 [id]: the reason has a few words"


def test_a_long_line_goes_on_further_in_and_words_stay_whole() -> None:
    lines = fitted(TEXT, 40, 2, 4).splitlines()
    assert lines[0].startswith("  /a/long/path/to/a/rule.yml:3:1") and lines[1].startswith("      ")
    assert " ".join(" ".join(lines).split()) == TEXT
    assert max(map(len, lines)) <= 40


def test_without_a_terminal_a_line_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert width() == 0
    put(TEXT * 3)
    assert capsys.readouterr().out == TEXT * 3 + "\n"
    monkeypatch.setenv("COLUMNS", "60")
    assert width() == 60
