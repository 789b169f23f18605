"""Installing rule sets: from folders and archives, whole or not at all, nothing outside their folder."""

import zipfile
from pathlib import Path

import pytest
from tests.conformance.sigma.rules import rule_text

from keng.detect.sigma import load_rules
from keng.detect.sigma.installed import InstallError, install, rule_paths
from keng.detect.sigma.versions import versions_of

GOOD = rule_text({"s": {"f": 1}})


def archive(path: Path, **files: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return path


def test_a_folder_is_installed_and_found(tmp_path: Path) -> None:
    source = tmp_path / "My Rules"
    (source / "sub").mkdir(parents=True)
    (source / "sub/a.yml").write_text(GOOD)
    (source / "bad.yml").write_text("title: x")
    (source / "LICENSE").write_text("free")
    (source / "run.sh").write_text("no")
    report = install(str(source), tmp_path / "data")
    assert (report.name, report.rules, len(report.problems)) == ("my-rules", 1, 1)
    assert report.problems[0].path == "bad.yml"
    (folder,) = rule_paths(tmp_path / "data")
    assert len(load_rules([folder]).rules) == 1
    assert (folder / "LICENSE").exists()
    assert not (folder / "run.sh").exists()


def test_a_newer_version_replaces_the_older_in_one_step(tmp_path: Path) -> None:
    for number in (1, 2):
        archive(tmp_path / "set.zip", **{"r/a.yml": rule_text({"s": {"f": number}})})
        install(str(tmp_path / "set.zip"), tmp_path / "data", "mine")
    (folder,) = rule_paths(tmp_path / "data")
    assert folder.name == "mine"
    assert "f: 2" in (folder / "r/a.yml").read_text()
    known = versions_of(tmp_path / "data", "mine")
    assert (known.active, known.previous, len(known.versions)) == (2, (1,), 2)


def test_the_same_content_again_is_the_same_version(tmp_path: Path) -> None:
    archive(tmp_path / "set.zip", **{"r/a.yml": GOOD})
    first = install(str(tmp_path / "set.zip"), tmp_path / "data", "mine", now_us=5)
    archive(tmp_path / "set.zip", **{"r/a.yml": GOOD})
    second = install(str(tmp_path / "set.zip"), tmp_path / "data", "mine", now_us=6)
    assert first.version == second.version == 1
    (version,) = versions_of(tmp_path / "data", "mine").versions
    assert (version.installed_us, version.rules, version.not_loaded) == (5, 1, 0)


def test_what_fails_changes_nothing(tmp_path: Path) -> None:
    archive(tmp_path / "set.zip", **{"a.yml": GOOD})
    install(str(tmp_path / "set.zip"), tmp_path / "data")
    archive(tmp_path / "set.zip", **{"a.yml": "title: broken"})
    with pytest.raises(InstallError, match="not one rule"):
        install(str(tmp_path / "set.zip"), tmp_path / "data")
    assert len(load_rules(rule_paths(tmp_path / "data")).rules) == 1


@pytest.mark.parametrize(
    "name", ["../out.yml", "/etc/out.yml", "a/../../out.yml", "C:\\out.yml", "..\\out.yml"]
)
def test_paths_that_leave_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    archive(tmp_path / "set.zip", **{"a.yml": GOOD, name: GOOD})
    with pytest.raises(InstallError, match="leaves its folder"):
        install(str(tmp_path / "set.zip"), tmp_path / "data")
    assert not list(tmp_path.rglob("out.yml"))
    assert not rule_paths(tmp_path / "data")


def test_bombs_are_refused(tmp_path: Path) -> None:
    archive(tmp_path / "set.zip", **{"a.yml": GOOD, "b.yml": b"#" * (1 << 20)})
    with pytest.raises(InstallError, match="more than is allowed at b"):
        install(str(tmp_path / "set.zip"), tmp_path / "data")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("nowhere", "no such file"),
        ("text.zip", "not a readable zip"),
        ("event.json", "neither a rule file"),
        ("empty", "no rule files"),
        ("http://x.example/a.zip", "only https"),
    ],
)
def test_other_refusals_have_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.zip").write_text("no")
    (tmp_path / "event.json").write_text("{}")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InstallError, match=reason):
        install(source, tmp_path / "data")


def test_a_folder_put_there_by_hand_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "data/rules/mine").mkdir(parents=True)
    (tmp_path / "a.yml").write_text(GOOD)
    with pytest.raises(InstallError, match="was not put there"):
        install(str(tmp_path / "a.yml"), tmp_path / "data", "mine")
    assert install(str(tmp_path / "a.yml"), tmp_path / "data").name == "a"
