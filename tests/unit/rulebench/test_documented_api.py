"""The Python of docs/rules.md runs as it stands there."""

import re
import zipfile
from pathlib import Path

import pytest
from tests.unit.cli.rules_files import RULE, SOURCE, rule_file, sample_file

from keng.detect.sigma.installed import install
from keng.model.event import Event, LogSource

ROOT = Path(__file__).resolve().parents[3]
HIT: dict[str, object] = {"CommandLine": "delete shadows", "ParentImage": "C:\\veeam.exe", "User": "an"}


def test_the_examples_of_the_rules_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "rules.md").read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 2
    (tmp_path / "rules" / "samples").mkdir(parents=True)
    rule_file(tmp_path / "rules")
    sample_file(tmp_path / "rules" / "samples", HIT, {"CommandLine": "list"})
    install(str(tmp_path / "rules"), tmp_path / "data", "mine")
    with zipfile.ZipFile(tmp_path / "rules.zip", "w") as archive:
        archive.writestr("rule.yml", RULE.replace("level: high", "level: low"))
    monkeypatch.chdir(tmp_path)
    windows = LogSource(str(SOURCE["product"]), str(SOURCE["service"]), ("process_creation",))
    names: dict[str, object] = {
        "events": [Event(HIT, windows, 1_000_000)], "data_dir": tmp_path / "data", "now_us": 60_000_000,
    }  # fmt: skip
    for block in blocks:
        exec(compile(block, "docs/rules.md", "exec"), names)  # our own page, not input
    assert names["report"].passed and names["explained"].matches  # type: ignore[attr-defined]
