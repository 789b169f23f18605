"""What Zircolite found on flat JSON of real hosts: every pair is found at least as often, what is more is decided."""

import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest
import yaml

from keng.detect.sigma import Engine, RuleSet
from keng.formats.recognise import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.normalise import to_event

DECIDED = yaml.safe_load((Path(__file__).parent / "decided.yml").read_text("utf-8"))["zircolite"]


def events_in(shared: Path, name: str) -> list[Event]:
    """Events of `folder/archive.zip!lines.json`."""
    archive, _, inner = name.partition("!")
    with zipfile.ZipFile(shared / "otrf" / archive) as opened:
        records = map(parse_record, opened.read(inner).splitlines())
        return [to_event(record) for record in records if isinstance(record, Record)]


@pytest.mark.shared
@pytest.mark.row("other evaluators")
def test_every_pair_is_found_and_what_is_more_is_decided(
    shared_data: Path, engine: Engine, sigmahq: RuleSet
) -> None:
    rows = [json.loads(line) for line in (shared_data / "oracles" / "zircolite_otrf.jsonl").open()]
    assert len(rows) > 100
    wanted = {(row["file"], row["rule_id"]): row["count"] for row in rows}
    found: Counter[tuple[str, str]] = Counter()
    as_sysmon: Counter[tuple[str, str]] = Counter()
    for name in {row["file"] for row in rows}:
        for detection in engine.match(events_in(shared_data, name)):
            pair = (name, detection.rule.id)
            found[pair] += 1
            as_sysmon[pair] += detection.event.fields.get("EventID") != 4688
    assert [pair for pair, count in wanted.items() if found[pair] < count] == []
    # Zircolite runs the rules of process creation on Sysmon's events only: beside those, counts are the same.
    assert [pair for pair, count in wanted.items() if as_sysmon[pair] != count] == []
    titles = {title for part in DECIDED for title in part["titles"]}
    info = sigmahq.info
    assert {info[rule].title for name, rule in found.keys() - wanted.keys()} <= titles
