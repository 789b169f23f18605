from pathlib import Path

import pytest

from keng.detect.sigma import load_rules
from keng.journal.sqlite import SqliteJournal
from keng.model.batch import Batch
from keng.normalise.ocsf import hot_table
from keng.runtime.census import Census
from keng.runtime.evaluated import DETECT_ONLY, DOUBLE, WANTED, Ask
from keng.runtime.evaluator import Evaluator, OtherRulesError
from keng.runtime.identity import event_ids
from keng.runtime.parts import default_steps
from keng.runtime.prepare import Preparation
from keng.store.insert import ArrowColumns

from .conftest import NOW
from .test_centre_killed import RULE, document


def test_marks_choose_and_other_rules_are_read_or_refused(tmp_path: Path) -> None:
    rule = tmp_path / "rule.yml"
    rule.write_text(RULE)
    census = Census(tmp_path / "census")
    evaluator = Evaluator(
        Preparation(default_steps(), event_ids),
        ArrowColumns(hot_table, lambda _source: 3),
        lambda: load_rules([rule]),
        census,
    )
    journal = SqliteJournal(tmp_path / "journal.db", 1 << 20)
    records = tuple(document(n).encode() for n in (0, 45, 1))
    journal.append([Batch("s", "a", "elastic_bulk", "", NOW, (*records, b"no format at all"))])
    entries = journal.read_packed(0)
    journal.close()
    rules = load_rules([rule]).content_hash
    all_of_it = evaluator.evaluate(Ask(rules, entries))
    assert (len(all_of_it.found), len(all_of_it.received_us), all_of_it.unparsed) == (2, 4, 1)
    assert [one.received for one in all_of_it.sightings] == [4]
    some = evaluator.evaluate(Ask(rules, entries, bytes([DOUBLE, DETECT_ONLY, WANTED, DOUBLE])))
    assert some.ids == all_of_it.ids
    assert (len(some.found), len(some.received_us), some.unparsed, len(some.made)) == (1, 2, 0, 1)
    with pytest.raises(OtherRulesError):
        evaluator.evaluate(Ask("others", entries))
    rule.write_text(RULE.replace("kengtestmark", "cmd"))
    assert len(evaluator.evaluate(Ask(load_rules([rule]).content_hash, entries)).found) == 4
