"""SigmaHQ's own samples: each rule matches its sample, as often as its description says or more."""

from pathlib import Path

import pytest
import yaml
from tests.conformance.sigma.samples import evtx_events, json_events

from keng.detect.sigma import Engine

pytestmark = pytest.mark.shared


@pytest.mark.row("samples of SigmaHQ")
def test_every_rule_matches_its_sample(shared_data: Path, engine: Engine) -> None:
    root = shared_data / "sigma" / "regression_data"
    checked, wrong = 0, []
    for description in sorted(root.rglob("info.yml")):
        info = yaml.safe_load(description.read_text("utf-8"))
        rules = {entry["id"] for entry in info["rule_metadata"]}
        for sample in info["regression_tests_info"]:
            evtx = description.parent / Path(sample["path"]).name
            for path, read in ((evtx, evtx_events), (evtx.with_suffix(".json"), json_events)):
                if not path.exists():
                    continue
                detections = engine.match(read(path))
                checked += 1
                count = sum(detection.rule.id in rules for detection in detections)
                if count < sample.get("match_count", 1):
                    wrong.append(f"{path.relative_to(root)}: {count} of {sample.get('match_count', 1)}")
    assert wrong == []
    assert checked >= 190
