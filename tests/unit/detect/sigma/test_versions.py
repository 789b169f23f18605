"""Versions of rule sets: switched and undone in one step, bounded, and right after a crash in between."""

from pathlib import Path

import pytest
from tests.conformance.sigma.rules import rule_text

from keng.detect.sigma import load_rules
from keng.detect.sigma.installed import install, rule_paths
from keng.detect.sigma.versions import (
    MAX_VERSIONS,
    VersionError,
    active_folders,
    all_versions,
    undo,
    use,
    versions_of,
)


def add(tmp_path: Path, number: int) -> Path:
    source = tmp_path / "mine"
    source.mkdir(exist_ok=True)
    (source / "a.yml").write_text(rule_text({"s": {"f": number}}, title=f"version {number}"))
    install(str(source), tmp_path / "data")
    return tmp_path / "data"


def title(data: Path) -> str:
    (rule,) = load_rules(rule_paths(data)).rules
    return rule.info.title


def test_switching_and_undoing_lead_to_the_rules_of_then(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        data = add(tmp_path, number)
    before = active_folders(data)
    assert use(data, "mine", "1").number == 1
    assert title(data) == "version 1"
    assert active_folders(data) != before
    assert undo(data, "mine").number == 3
    assert title(data) == "version 3"
    assert undo(data, "mine").number == 2
    assert undo(data, "mine").number == 1
    with pytest.raises(VersionError, match="no version of mine was in use before"):
        undo(data, "mine")
    content = versions_of(data, "mine").versions[1].content
    assert use(data, "mine", content[:6]).number == 2


def test_what_is_not_there_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    data = add(tmp_path, 1)
    with pytest.raises(VersionError, match="mine has no version 9; it has 1"):
        use(data, "mine", "9")
    for wrong in ("other", "../mine", ""):
        with pytest.raises(VersionError, match="no installed rule set"):
            use(data, wrong, "1")
    assert title(data) == "version 1"


def test_old_versions_are_removed_but_not_the_one_before(tmp_path: Path) -> None:
    data = add(tmp_path, 0)
    for number in range(1, MAX_VERSIONS + 5):
        add(tmp_path, number)
        use(data, "mine", "1")
    known = versions_of(data, "mine")
    assert known.active == 1
    assert len(known.versions) <= MAX_VERSIONS + 2
    assert undo(data, "mine").number == MAX_VERSIONS + 5


def test_the_link_decides_where_a_crash_came_in_between(tmp_path: Path) -> None:
    for number in (1, 2):
        data = add(tmp_path, number)
    link = data / "rules" / "mine"
    link.unlink()
    link.symlink_to(Path(".versions") / versions_of_folder(data, 1))
    assert versions_of(data, "mine").active == 1
    (data / "rules/.versions/mine.json").write_text("{broken")
    (known,) = all_versions(data)
    assert (known.active, len(known.versions)) == (1, 1)
    assert title(data) == "version 1"


def versions_of_folder(data: Path, number: int) -> str:
    return next(
        path.name
        for path in (data / "rules/.versions").glob("mine-*")
        if f"version {number}" in (path / "a.yml").read_text()
    )


def test_nothing_installed_is_nothing(tmp_path: Path) -> None:
    assert all_versions(tmp_path) == []
    assert active_folders(tmp_path) == {}
