from pathlib import Path

from keng.detect.sigma import Detector, load_rules
from keng.journal.base import Entry
from keng.journal.sqlite import SqliteJournal
from keng.model.batch import Batch
from keng.runtime.pipeline_parts import Decider, TakesMade, opened_all
from keng.store.chdb import ChdbStore

from .conftest import MemoryStore, WordDetector


def test_who_can_take_up_the_work_of_another_process(tmp_path: Path) -> None:
    assert isinstance(Detector(load_rules([])), Decider)
    assert not isinstance(WordDetector(), Decider)
    assert issubclass(ChdbStore, TakesMade)
    assert not isinstance(MemoryStore(), TakesMade)


def test_entries_are_opened_whatever_their_form(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.db", 1 << 20)
    batch = Batch("s", "a", "t", "", 1, (b"x",))
    journal.append([batch, batch])
    packed = journal.read_packed(0)
    assert [one.records for one in packed] == [1, 1]
    assert opened_all([packed[0], Entry(2, batch)]) == [Entry(1, batch), Entry(2, batch)]
    journal.close()
