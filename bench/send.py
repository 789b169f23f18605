"""The forwarder's own cost: lines a second of processor time, and the most memory it takes.

`python -m bench.send [--lines 400000]` writes web access lines to a file and sends them with the real forwarder to a target
that makes the request's body and takes it at once, so that only the forwarder is measured.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import zstandard

from keng.send.book import Book
from keng.send.counts import Counts, Teller
from keng.send.drops import Drops
from keng.send.feed import Parcel
from keng.send.follower import Follower
from keng.send.forwarder import Forwarder
from keng.send.spool import Spool
from keng.send.target import Delivered, Later


class Sink:
    """Makes the body as the real target does, and takes it."""

    def __init__(self) -> None:
        self._zstd = zstandard.ZstdCompressor(level=1)
        self.bytes = 0

    def deliver(self, parcels: Sequence[Parcel]) -> Delivered | Later:
        body = b"".join(
            [b'{"create":{"_id":"%b"}}\n%b\n' % (one.id.encode(), one.document) for one in parcels]
        )
        self.bytes += len(self._zstd.compress(body))
        return Delivered()

    def close(self) -> None:
        pass


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=400_000)
    lines = parser.parse_args().lines
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "access.log")
        with path.open("w") as file:
            for n in range(lines):
                file.write(
                    f'10.0.{n >> 8 & 255}.{n & 255} - - [24/Nov/2026:10:{n // 60 % 60:02}:{n % 60:02} +0700] "GET '
                    f'/van-ban/{n} HTTP/1.1" 200 {n % 9000} "https://tinh.example.vn/" "Mozilla/5.0 (X11; Linux)"\n'
                )
        size = path.stat().st_size
        counts, tell = Counts(), Teller(print)
        book = Book(Path(folder, "state"))
        follower = Follower([str(path)], book, Spool(book.spool, 1 << 30), "web01", counts, tell)
        sink = Sink()
        forwarder = Forwarder(
            follower, Drops([], book, "web01", counts, tell), None, book, sink, counts, tell, once=True
        )
        wall, cpu = time.perf_counter(), time.process_time()
        forwarder.run()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        assert counts.sent == lines
        print(f"{lines} lines, {size >> 20} MiB, sent as {sink.bytes >> 20} MiB")
        print(f"{lines / cpu:,.0f} lines a second of processor time ({wall:.1f} s of the clock)")
        print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB at most")


if __name__ == "__main__":
    main()
