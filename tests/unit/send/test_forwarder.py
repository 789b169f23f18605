"""The loop: order of saving, waiting, giving up, halving, kills at any moment."""

import random
import threading
import time
from collections.abc import Callable, Sequence

import pytest

from keng.send.feed import Parcel
from keng.send.forwarder import GaveUpError
from keng.send.target import Delivered, Later

from .conftest import Rig

Lines = Callable[[int, int], str]


def test_the_key_of_a_file_is_durable_before_its_first_record_is_sent(rig: Rig, lines: Lines) -> None:
    rig.write("a.log", lines(0, 3))
    deliver = rig.target.deliver

    def check(parcels: Sequence[Parcel]) -> Delivered | Later:
        assert b'"offset":0' in (rig.state / "places.json").read_bytes()
        return deliver(parcels)

    rig.target.deliver = check  # type: ignore[method-assign]
    assert len(rig.once()) == 3


def test_a_killed_forwarder_sends_again_under_the_same_ids(rig: Rig, lines: Lines) -> None:
    chance = random.Random(3)
    written = 0
    for _turn in range(30):
        new = chance.randint(0, 50)
        rig.write(chance.choice(("a.log", "b.log")), lines(written, written + new))
        written += new
        forwarder = rig.make(rig.logs, once=False)
        rig.target.lossy = 0.3
        steps = chance.randint(0, 3)
        try:
            forwarder._look()
            for _step in range(steps):
                parcels_taken = forwarder._read()
                if chance.random() < 0.5:
                    rig.book.save()
                    rig.target.deliver([one for chunk in parcels_taken for one in chunk.parcels])
                break
        finally:
            rig.follower.close()  # the memory is not saved: this is the kill
    rig.target.lossy = 0.0
    assert sorted(int(line.split()[1]) for line in rig.once()) == list(range(written))


def test_a_wrong_token_ends_a_single_run_and_an_absence_when_patience_ends(rig: Rig, lines: Lines) -> None:
    rig.write("a.log", lines(0, 3))
    rig.target.deliver = lambda _parcels: Later("no such token", denied=True)  # type: ignore[method-assign]
    with pytest.raises(GaveUpError, match="no such token"):
        rig.once()
    rig.target.deliver = lambda _parcels: Later("away")  # type: ignore[method-assign]
    forwarder = rig.make(rig.logs)
    forwarder._patience = 0.2
    with pytest.raises(GaveUpError, match="away"):
        forwarder.run()


def test_a_request_that_is_too_large_is_halved_down_to_the_record_that_is(rig: Rig, lines: Lines) -> None:
    rig.write("a.log", lines(0, 8) + "huge huge\n" + lines(8, 16))
    deliver = rig.target.deliver

    def small(parcels: Sequence[Parcel]) -> Delivered | Later:
        if len(parcels) > 3 or any(b"huge" in one.document for one in parcels):
            return Later("too large", smaller=True)
        return deliver(parcels)

    rig.target.deliver = small  # type: ignore[method-assign]
    assert len(rig.once()) == 16
    assert rig.counts.refused == 1


def test_it_waits_as_long_as_the_centre_says_and_stops_when_told(rig: Rig, lines: Lines) -> None:
    rig.write("a.log", lines(0, 3))
    rig.target.deliver = lambda _parcels: Later("wait", after_s=100.0)  # type: ignore[method-assign]
    forwarder = rig.make(rig.logs, once=False)
    thread = threading.Thread(target=forwarder.run)
    thread.start()
    time.sleep(0.3)
    assert rig.counts.retries == 1
    assert rig.counts.waiting == "wait"
    forwarder.stop.set()
    thread.join(5)
    assert not thread.is_alive()


def test_many_files_are_sent_with_a_bounded_number_open(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keng.send.follower.MAX_OPEN", 10)
    for n in range(25):
        rig.write(f"{n}.log", f"line {n}\n")
    rig.make(rig.logs).run()
    assert len(rig.target.kept) == 25
