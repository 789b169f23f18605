import io

import pytest
from rich.console import Console

from keng.demo import screen as module
from keng.demo.screen import Screen, decimal, level_name, number, visible
from keng.i18n import using
from keng.model.severity import Severity


def drawn(terminal: bool, language: str = "vi", **options: bool) -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=100, **options)  # type: ignore[arg-type]
    with using(language), Screen(console) as screen:
        screen.plain("[bold]not markup[/bold]")
        screen.alert(Severity.CRITICAL, "Đọc bộ nhớ LSASS", "KHENAM-VP-05", "UBND huyện Khe Nam")
        screen.say("■", "bold", "Sự cố \x1b[31mđỏ", "x\ny")
        screen.figures("12 sự kiện/s")
        screen.figures("13 sự kiện/s")
    return out.getvalue()


def test_without_a_terminal_lines_are_plain_and_figures_are_rare() -> None:
    text = drawn(False)
    assert "\x1b" not in text
    assert "[bold]not markup[/bold]\n" in text
    assert "▲ NGHIÊM TRỌNG Đọc bộ nhớ LSASS  KHENAM-VP-05 · UBND huyện Khe Nam" in text
    assert "12 sự kiện/s" in text
    assert "13 sự kiện/s" not in text


def test_control_characters_of_a_log_never_reach_the_terminal() -> None:
    text = drawn(False)
    assert "Sự cố �[31mđỏ" in text
    assert "x�y" in text


def test_on_a_terminal_the_figures_stand_below() -> None:
    text = drawn(True)
    assert "12 sự kiện/s" in text
    assert "13 sự kiện/s" in text
    assert "\x1b[" in text


def test_no_color_means_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = drawn(True)
    assert "\x1b[31m" not in text
    assert "41m" not in text


def test_the_figures_come_again_after_their_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIGURES_EVERY_S", 0.0)
    assert "13 sự kiện/s" in drawn(False)


def test_numbers_are_written_in_the_way_of_the_language() -> None:
    with using("vi"):
        assert (number(12345.6), decimal(0.25)) == ("12.346", "0,2")
    with using("en"):
        assert (number(12345.6), decimal(0.25)) == ("12,346", "0.2")


def test_every_severity_has_a_word_in_both_languages() -> None:
    for name in ("vi", "en"):
        with using(name):
            assert len({level_name(severity) for severity in Severity}) == len(Severity)


def test_long_texts_are_cut_and_direction_marks_shown() -> None:
    assert visible("a" * 200) == "a" * 159 + "…"
    assert visible("abc\u202egpj.exe") == "abc�gpj.exe"
