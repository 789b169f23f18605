"""The command: its version, its help, its errors, in both languages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from keng import __version__

KENG = Path(sys.executable).parent / "keng"


def keng(*words: str, language: str = "vi") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [KENG, *words], capture_output=True, text=True, env={**os.environ, "KENG_LANG": language}, timeout=60
    )


def test_the_version_is_the_packages() -> None:
    assert keng("--version").stdout == f"keng {__version__}\n"


@pytest.mark.parametrize(
    ("language", "words"),
    [("vi", ("Cách dùng", "Tùy chọn", "Lệnh")), ("en", ("Usage", "Options", "Commands"))],
)
def test_the_help_is_in_the_readers_language(language: str, words: tuple[str, ...]) -> None:
    text = keng("--help", language=language).stdout
    assert all(word in text for word in words)


@pytest.mark.parametrize(
    ("call", "language", "expected"),
    [
        (["scan", "--nope"], "vi", "không có tùy chọn “--nope”"),
        (["scan", "--nope"], "en", "there is no option “--nope”"),
        (["admin", "create"], "vi", "thiếu “name”"),
        (["admin", "create"], "en", "“name” is missing"),
    ],
)
def test_a_wrong_call_says_what_is_wrong_and_where_help_is(
    call: list[str], language: str, expected: str
) -> None:
    done = keng(*call, language=language)
    assert done.returncode == 2
    assert expected in done.stderr
    assert "--help" in done.stderr
