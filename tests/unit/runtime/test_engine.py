from pathlib import Path

import msgspec

from keng.resources import rules_dir
from keng.runtime.engine import load_engine, paths_of
from keng.runtime.settings import Settings

RULE = """
title: {title}
id: {id}
status: test
logsource: {{product: windows}}
detection:
  selection: {{CommandLine: x}}
  condition: selection
level: high
"""
EXTRA = "5f0d0f0e-6a0f-4c59-9f9d-6d2b6a0f9a12"
INSTALLED = "5f0d0f0e-6a0f-4c59-9f9d-6d2b6a0f9a13"


def test_our_own_rules_the_installed_ones_and_the_named_ones_are_loaded(
    settings: Settings, tmp_path: Path
) -> None:
    installed = settings.data_dir / "rules" / "some-set"
    installed.mkdir(parents=True)
    (installed / "a.yml").write_text(RULE.format(title="installed", id=INSTALLED))
    (tmp_path / "extra.yml").write_text(RULE.format(title="extra", id=EXTRA))
    settings = msgspec.structs.replace(settings, rules=(tmp_path / "extra.yml", tmp_path / "gone"))
    assert paths_of(settings)[0] == rules_dir()
    loaded, ruleset = load_engine(settings)
    assert {EXTRA, INSTALLED} <= set(ruleset.info)
    assert len(ruleset.info) > 2
    assert loaded.rules == ruleset.content_hash
    assert loaded.detector.feed([]) == []
