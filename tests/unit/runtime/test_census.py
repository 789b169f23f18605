"""The census file: written by the pipeline now and then, taken up at the next start."""

from pathlib import Path

from keng.detect.sigma.review import ARRIVALS_FILE, read_arrivals
from keng.detect.sigma.rule import RuleSource
from keng.model.event import Event, LogSource
from keng.runtime.census import Census


def test_news_are_written_now_and_then_and_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "cache" / ARRIVALS_FILE
    census = Census(path, every_s=0.0)
    census.look([Event({"a": 1}, LogSource("test"))])
    first = path.read_bytes()
    census.look([Event({"a": 1}, LogSource("test"))])
    assert path.read_bytes() == first, "no news"
    census = Census(path, every_s=1000.0)
    census.look([Event({"b": 1}, LogSource("test"))])
    census.look([Event({"c": 1}, LogSource("test"))])
    census.keep()
    found = read_arrivals(tmp_path)
    assert found is not None
    assert found.of(RuleSource(product="test"))[1] == {"a", "b", "c"}


def test_a_damaged_or_unwritable_file_costs_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / ARRIVALS_FILE
    path.write_text("{broken")
    Census(path, every_s=0.0).look([Event({"a": 1}, LogSource("test"))])
    assert b'"a"' in path.read_bytes()
    blocked = tmp_path / "file"
    blocked.write_text("")
    Census(blocked / ARRIVALS_FILE, every_s=0.0).look([Event({"a": 1}, LogSource("test"))])
