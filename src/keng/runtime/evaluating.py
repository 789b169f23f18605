"""The process beside a centre, `python -m keng.runtime.evaluating FD`: works on slices until its pipe ends.

It opens neither journal nor event store, writes nothing but the census of fields, and may be killed at any moment:
the centre starts another and asks again. Signals to the whole group are the centre's to obey: it ends with the pipe.
"""

import gc
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec
import structlog

from keng.detect.sigma import RuleSet, load_rules
from keng.detect.sigma.review import ARRIVALS_FILE
from keng.normalise.ocsf import hot_table
from keng.runtime.census import Census
from keng.runtime.engine import paths_of
from keng.runtime.evaluated import READY, Start, Trouble, ask_decoder
from keng.runtime.evaluator import Evaluator
from keng.runtime.identity import event_ids
from keng.runtime.levels import Levels
from keng.runtime.logs import configure
from keng.runtime.parts import default_steps
from keng.runtime.prepare import Preparation
from keng.runtime.settings import Settings
from keng.runtime.zones import Zones
from keng.state.database import open_state
from keng.store.insert import ArrowColumns

_log = structlog.get_logger("keng.runtime.evaluating")
_encoder = msgspec.msgpack.Encoder()


def main(descriptor: int) -> None:
    """Work until the pipe ends."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    link = Connection(descriptor)
    try:
        _work(link, msgspec.msgpack.decode(link.recv_bytes(), type=Start))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the centre has ended


def _work(link: "Connection[bytes, bytes]", start: Start) -> None:
    configure(start.log_level)
    settings = Settings(data_dir=Path(start.data_dir), rules=tuple(map(Path, start.rules)))
    state = open_state(start.state if "://" in start.state else Path(start.state))
    census = Census(settings.cache_dir / ARRIVALS_FILE)

    def load() -> RuleSet:
        return load_rules(paths_of(settings), settings.cache_dir)

    try:
        preparation = Preparation(default_steps(), event_ids, Zones(state))
        evaluator = Evaluator(preparation, ArrowColumns(hot_table, Levels(state)), load, census)
        # Rules are many small objects that live to the end, and events hold no cycles.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        link.send_bytes(READY)
        while True:
            link.send_bytes(_answer(evaluator, link.recv_bytes()))
    finally:
        census.keep()
        state.close()


def _answer(evaluator: Evaluator, message: bytes) -> bytes:
    try:
        return _encoder.encode(evaluator.evaluate(ask_decoder.decode(message)))
    except Exception as error:
        # Whatever it is, the centre says so and asks again.
        _log.exception("a slice could not be worked on")
        return _encoder.encode(Trouble(ascii(f"{type(error).__name__}: {error}")[:500]))


if __name__ == "__main__":
    main(int(sys.argv[1]))
