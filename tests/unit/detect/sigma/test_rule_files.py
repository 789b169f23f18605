"""Finding rule files."""

import zipfile
from pathlib import Path

from keng.detect.sigma.errors import RuleProblem
from keng.detect.sigma.rule_files import RuleFile, rule_files


def test_folders_files_and_archives_give_their_rule_files_in_order(tmp_path: Path) -> None:
    (tmp_path / "set/.git").mkdir(parents=True)
    for name in ("b.yml", "a.YAML", "readme.md", ".git/x.yml"):
        (tmp_path / "set" / name).write_text("x")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("rules/c.yml", "y")
        archive.writestr("rules/.hidden.yml", "y")
        archive.writestr("picture.png", "y")
    found = list(rule_files([tmp_path / "set", tmp_path / "z.zip", tmp_path / "set/b.yml"]))
    assert all(isinstance(file, RuleFile) for file in found)
    assert [Path(file.path).relative_to(tmp_path).as_posix() for file in found] == [
        "set/a.YAML", "set/b.yml", "z.zip/rules/c.yml", "set/b.yml",
    ]  # fmt: skip


def test_what_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(b"PK nonsense")
    found = list(rule_files([tmp_path / "bad.zip", tmp_path / "missing.yml"]))
    assert [type(part) for part in found] == [RuleProblem, RuleProblem]
