import asyncio

import pytest

from keng.model.batch import Batch
from keng.runtime import fairness as module
from keng.runtime.fairness import AHEAD_S, MIN_AHEAD, STILL_S, Fairness


class Pipeline:
    """A pipeline and a clock that the test moves."""

    def __init__(self) -> None:
        self.counted = 0
        self.rate = 0.0
        self.now = 100.0
        self.offset = 0
        self.fairness = Fairness(lambda: self.counted, lambda: self.rate, lambda: None, lambda: self.now)

    def take(self, source: str, records: int) -> None:
        self.offset += 1
        self.fairness.taken([Batch(source, "a", "elastic_bulk", "p", 1, (b"x",) * records)], [self.offset])

    def heard(self, *sources: str) -> None:
        for source in sources:
            asyncio.run(asyncio.wait_for(self.fairness.turn(source), 1))


def test_a_source_that_is_alone_never_waits() -> None:
    pipeline = Pipeline()
    pipeline.heard("noisy")
    pipeline.take("noisy", 1_000_000)
    assert not pipeline.fairness.must_wait("noisy")


def test_of_several_the_one_that_is_ahead_waits_and_the_others_do_not() -> None:
    pipeline = Pipeline()
    pipeline.heard("noisy", "quiet")
    pipeline.take("noisy", MIN_AHEAD)
    pipeline.take("quiet", 10)
    assert pipeline.fairness.must_wait("noisy")
    assert not pipeline.fairness.must_wait("quiet")
    pipeline.counted = 1
    assert not pipeline.fairness.must_wait("noisy")


def test_a_fast_pipeline_lets_more_ahead() -> None:
    pipeline = Pipeline()
    pipeline.heard("noisy", "quiet")
    pipeline.rate = 100_000
    pipeline.take("noisy", int(100_000 * AHEAD_S) - 1)
    assert not pipeline.fairness.must_wait("noisy")
    pipeline.take("noisy", 1)
    assert pipeline.fairness.must_wait("noisy")


def test_while_the_pipeline_stands_still_the_journal_takes_what_comes() -> None:
    pipeline = Pipeline()
    pipeline.heard("noisy", "quiet")
    pipeline.take("noisy", MIN_AHEAD)
    pipeline.now += STILL_S + 0.1
    assert not pipeline.fairness.must_wait("noisy")


def test_sources_of_long_ago_hold_nobody_back() -> None:
    pipeline = Pipeline()
    pipeline.heard("noisy", "quiet")
    pipeline.take("noisy", MIN_AHEAD * 2)
    pipeline.take("noisy", MIN_AHEAD * 2)
    pipeline.now += 6
    pipeline.counted = 1
    pipeline.heard("noisy")
    assert not pipeline.fairness.must_wait("noisy")


def test_a_turn_comes_when_the_pipeline_has_caught_up() -> None:
    pipeline = Pipeline()
    pipeline.heard("noisy", "quiet")
    pipeline.take("noisy", MIN_AHEAD)

    async def waits() -> bool:
        turn = asyncio.get_running_loop().create_task(pipeline.fairness.turn("noisy"))
        await asyncio.sleep(0.06)
        held = not turn.done()
        pipeline.counted = 1
        await asyncio.wait_for(turn, 1)
        return held

    assert asyncio.run(waits())


def test_a_pipeline_that_never_moves_costs_no_memory_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ENTRIES", 10)
    pipeline = Pipeline()
    for _n in range(1000):
        pipeline.take("noisy", 1)
    assert len(pipeline.fairness._entries) <= 10


def test_nobody_waits_once_the_centre_is_about_to_stop() -> None:
    pipeline = Pipeline()
    pipeline.heard("noisy", "quiet")
    pipeline.take("noisy", MIN_AHEAD)
    pipeline.fairness.off()
    assert not pipeline.fairness.must_wait("noisy")
