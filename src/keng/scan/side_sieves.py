"""The sieve spread over processes: a large scan uses every processor.

The rules are loaded once; each process is a copy of this one, made before anything is read, that answers batches of
entries with what of them is wanted. Entries lie in memory that both share, line by line; their length and the answers
go over a pipe, a few batches ahead. While all are busy the scan sifts itself. A process that dies loses nothing: its
batches are sifted here.
"""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import cycle
from mmap import mmap
from multiprocessing.connection import Connection
from typing import Any

import msgspec

from keng.detect.sigma.engine import Engine
from keng.formats.base import Kept, Sifted
from keng.scan.sieve import FileSieve

AHEAD = 2
"""Batches that a process has before it."""
WAITING = 12
"""Batches that wait for one before them."""
ROOM = 4 << 20
"""Bytes of a batch that fit; larger ones are sifted here."""
MOST = 15
"""Processes beside the scan's own; more would wait for it."""
_pack = msgspec.msgpack.Encoder().encode
_sifted = msgspec.msgpack.Decoder(Sifted).decode


class SideSieves:
    """A `formats.base.Sieve` over the rules of an engine, with so many processes beside. Close it.

    Make it before threads are started: the processes are copies.
    """

    def __init__(self, engine: Engine, processes: int) -> None:
        self._own = FileSieve(engine)
        self._sides: list[_Side] = []
        for _ in range(min(processes, MOST)):
            self._sides.append(_Side(self._own, self._sides))

    def over(self, batches: Iterator[tuple[Kept, list[bytes]]]) -> Iterator[tuple[Kept, Sifted]]:
        """Each batch in order, taken up to a few a process ahead."""
        waiting: deque[tuple[Kept, list[bytes], _Side | None, Sifted | None]] = deque()
        failure: Exception | None = None
        try:
            while True:
                try:
                    kept, entries = next(batches)
                except StopIteration:
                    break
                except Exception as error:
                    failure = error
                    break
                side = min(self._sides, key=lambda each: each.load, default=None)
                if side is not None and side.load < AHEAD and side.ask(entries):
                    waiting.append((kept, entries, side, None))
                else:
                    waiting.append((kept, entries, None, self._own.sift(entries)))
                while waiting and (len(waiting) > WAITING or waiting[0][2] is None or waiting[0][2].answered):
                    yield self._first(waiting)
            while waiting:
                yield self._first(waiting)
        finally:
            for side in self._sides:
                side.drain()
        if failure is not None:
            raise failure

    def _first(
        self, waiting: deque[tuple[Any, list[bytes], "_Side | None", Sifted | None]]
    ) -> tuple[Any, Sifted]:
        kept, entries, side, sifted = waiting.popleft()
        if side is not None:
            sifted = side.answer()
            if sifted is None:
                self._sides = [each for each in self._sides if each is not side]
        return kept, sifted if sifted is not None else self._own.sift(entries)

    def close(self) -> None:
        """End the processes."""
        for side in self._sides:
            side.close()
        self._sides = []


class _Side:
    """One process. load: batches that it has not answered."""

    def __init__(self, sieve: FileSieve, others: Sequence["_Side"]) -> None:
        self.connection: Connection[Any, Any]
        here, there = multiprocessing.Pipe()
        self._rooms = [mmap(-1, ROOM) for _ in range(AHEAD)]
        self._asked = 0
        self.process_id = os.fork()
        if self.process_id == 0:
            here.close()
            for other in others:
                other.connection.close()
            _serve(there, self._rooms, sieve)
        there.close()
        self.connection = here
        self.load = 0

    def ask(self, entries: list[bytes]) -> bool:
        """Hand over a batch; false if it does not fit, or the process is gone."""
        text = b"\n".join(entries)
        if len(text) > ROOM or text.count(b"\n") != len(entries) - 1:
            return False
        # The batch that lay there before has been answered: no more than AHEAD are asked at once.
        self._rooms[self._asked % AHEAD][: len(text)] = text
        try:
            self.connection.send_bytes(len(text).to_bytes(4, "little"))
        except OSError:
            return False
        self._asked += 1
        self.load += 1
        return True

    @property
    def answered(self) -> bool:
        """Whether the answer to the first batch is there, or the process is gone."""
        try:
            return self.connection.poll(0)
        except OSError:
            return True

    def answer(self) -> Sifted | None:
        """The answer to the first batch; None if the process is gone."""
        self.load -= 1
        try:
            return _sifted(self.connection.recv_bytes())
        except (EOFError, OSError, msgspec.DecodeError):
            return None

    def drain(self) -> None:
        """Take answers that nobody waits for any more."""
        while self.load and self.answer() is not None:
            pass

    def close(self) -> None:
        """End the process: it stops when its pipe is closed."""
        self.connection.close()
        os.waitpid(self.process_id, 0)


def _serve(connection: "Connection[Any, Any]", rooms: list[mmap], sieve: FileSieve) -> None:
    """The process's whole life; never returns."""
    code = 0
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for room in cycle(rooms):
            length = int.from_bytes(connection.recv_bytes(), "little")
            connection.send_bytes(_pack(sieve.sift(room[:length].split(b"\n"))))
    except (EOFError, OSError):
        pass
    except BaseException:
        code = 1
        raise
    finally:
        os._exit(code)
