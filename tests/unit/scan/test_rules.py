"""Rules for a scan."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from keng.i18n import using
from keng.scan.rules import load, rules_folder


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=200)


def said(console: Console) -> str:
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_wished_rules_are_used_alone(rules_file: Path, tmp_path: Path, console: Console) -> None:
    with using("en"):
        assert load([rules_file.parent], tmp_path, console) is not None
    assert "3 rules loaded" in said(console)


def test_broken_rules_are_named_and_the_rest_is_used(
    rules_file: Path, tmp_path: Path, console: Console
) -> None:
    (rules_file.parent / "bad.yml").write_text(
        "title: x\nlogsource: {product: linux}\ndetection: {s: {a: 1}, condition: t}\n"
    )
    assert load([rules_file.parent], tmp_path, console) is not None
    assert "bad.yml" in said(console)


def test_a_path_without_rules_says_what_to_do(tmp_path: Path, console: Console) -> None:
    with using("en"):
        assert load([tmp_path / "absent"], tmp_path, console) is None
    assert "no such folder" in said(console) and "keng rules add" in said(console)


def test_the_default_is_our_own_rules(tmp_path: Path, console: Console) -> None:
    assert load([], tmp_path, console) is not None


def test_the_data_folder_is_wished_named_or_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENG_DATA", "/srv/keng")
    assert rules_folder(tmp_path) == tmp_path
    assert rules_folder(None) == Path("/srv/keng")
    monkeypatch.delenv("KENG_DATA")
    assert rules_folder(None).name == "keng"
