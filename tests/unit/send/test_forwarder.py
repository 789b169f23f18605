"""The loop: order of saving, waiting, giving up, halving, kills at any moment."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

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


ENTRIES = (
    "2026-11-24 10:00:0{n},123 INFO x: plain {n}",
    "2026-11-24 10:00:0{n},123 ERROR x: failed {n}\nTraceback (most recent call last):\n"
    '  File "/srv/x.py", line {n}, in get\n    pass\nValueError: bad {n}',
    "2026-11-24 10:00:00 UTC LOG:  statement: SELECT {n}\n\t  FROM a{n}\n\n\t  WHERE b",
    "java.lang.IllegalStateException: no {n}\n\tat a.b.C.d(C.java:{n})\nCaused by: x.y.Exception: {n}\n\t... 1{n} more",
    '{{"json": {n}}}',
    "\tindented {n}",
)


@pytest.mark.parametrize("seed", range(8))
def test_an_entry_that_grows_while_forwarders_are_killed_is_never_sent_twice(rig: Rig, seed: int) -> None:
    chance = random.Random(seed)
    text = "".join(chance.choice(ENTRIES).format(n=n) + "\n" for n in range(60))
    deliver = rig.target.deliver
    place, forwarder = 0, None
    while place < len(text):
        step = chance.randint(1, 90)
        rig.write("a.log", text[place : place + step])
        place += step
        if forwarder is None:
            forwarder = rig.make(rig.logs, once=False)
        forwarder._look(now=True)
        for _turn in range(chance.randint(0, 3)):
            forwarder._move()
        if chance.random() < 0.3:
            # Killed: before the centre had the last of it, after, or with the memory just saved.
            rig.target.deliver = lambda parcels: (deliver(parcels), Later("killed", denied=True))[1]  # type: ignore[method-assign]
            forwarder._once = True
            with suppress(GaveUpError):
                forwarder._move()
            rig.target.deliver = deliver  # type: ignore[method-assign]
            if chance.random() < 0.3:
                rig.book.save()
            rig.follower.close()
            forwarder = None
    if forwarder is not None:
        rig.follower.close()
    rig.once()
    got = [line for entry in rig.target.whole for line in entry.splitlines() if line.strip()]
    assert sorted(got) == sorted(line for line in text.splitlines() if line.strip())


def test_where_an_open_entry_ends_is_durable_before_it_is_sent(rig: Rig) -> None:
    rig.write("a.log", "first\n")
    forwarder = rig.make(rig.logs, once=False)
    forwarder._look()
    assert forwarder._move()
    rig.write("a.log", "second\n")
    seen: list[bytes] = []
    deliver = rig.target.deliver

    def look(parcels: Sequence[Parcel]) -> Delivered | Later:
        seen.append((rig.state / "marks.json").read_bytes())
        return deliver(parcels)

    rig.target.deliver = look  # type: ignore[method-assign]
    assert forwarder._move()
    assert b'"cut":13' in seen[0]
    rig.follower.close()
    rig.write("a.log", "\tbelongs to the second\nthird\n")
    assert rig.once() == ["first", "second", "\tbelongs to the second", "third"]
